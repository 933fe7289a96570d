import { LayoutDashboard } from 'lucide-react';
import type { WebFeature } from '../../../web/feature.ts';
import { menu } from './menu-copy.ts';
import { layoutQuery, overviewQuery } from './queries.ts';

/** The start page: how everything is, and what needs a look. */
export const overview: WebFeature = {
  id: 'overview',
  nav: { title: menu.place, icon: LayoutDashboard, path: '/', shortcut: 'g o', section: 'start' },
  routes: [
    {
      path: '/',
      title: menu.title,
      access: 'signed-in',
      load: async () => (await import('./overview-page.tsx')).OverviewPage,
      prefetch: (client) => {
        void client.prefetchQuery(overviewQuery);
        void client.prefetchQuery(layoutQuery);
      },
    },
  ],
  commands: [],
  topics: [],
};
