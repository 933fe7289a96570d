import { Settings as SettingsIcon } from 'lucide-react';
import type { WebFeature } from '../../../web/feature.ts';
import { menu } from './menu-copy.ts';
import { settingsQuery } from './queries.ts';

/** The web side of settings. */
export const settings: WebFeature = {
  id: 'settings',
  nav: { title: menu.title, icon: SettingsIcon, path: '/settings', shortcut: 'g s', needs: 'settings:read' },
  routes: [
    {
      path: '/settings',
      title: menu.title,
      access: 'signed-in',
      needs: 'settings:read',
      load: async () => (await import('./settings-page.tsx')).SettingsPage,
      prefetch: (client) => void client.prefetchQuery(settingsQuery),
    },
  ],
  commands: [],
  topics: [],
};
