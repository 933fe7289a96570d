import type { WebFeature } from '../../../web/feature.ts';
import { menu } from './menu-copy.ts';

/** The web side of terminals. */
export const terminal: WebFeature = {
  id: 'terminal',
  nav: null,
  routes: [
    {
      path: '/containers/$id/shell',
      title: menu.title,
      access: 'signed-in',
      needs: 'terminal:open',
      load: async () => (await import('./shell-page.tsx')).ShellPage,
    },
  ],
  commands: [],
  topics: [],
};
