import type { PageRoute } from '../feature.ts';
import { texts } from './texts.ts';

/** The pages of the shell itself. */
export const ownPages: PageRoute[] = [
  {
    path: '/shortcuts',
    title: texts.shortcuts.title,
    access: 'signed-in',
    load: async () => (await import('./shortcuts-page.tsx')).ShortcutsPage,
  },
];
