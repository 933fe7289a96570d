import { Router } from 'lucide-react';
import type { WebFeature } from '../../../web/feature.ts';
import { menu } from './menu-copy.ts';
import { changedTopic, ddclientQuery, namesQuery, tokensQuery, unitRunTopic } from './queries.ts';

/** The web side of dynamic DNS: tokens of routers, names that follow, ddclient. */
export const dyndns: WebFeature = {
  id: 'dyndns',
  nav: {
    title: menu.title,
    icon: Router,
    path: '/dyndns',
    shortcut: 'g y',
    needs: 'dyndns:read',
    section: 'domains',
  },
  routes: [
    {
      ...{ path: '/dyndns', title: menu.title, access: 'signed-in', needs: 'dyndns:read' },
      load: async () => (await import('./routers-page.tsx')).RoutersPage,
      prefetch: (client) => {
        void client.prefetchInfiniteQuery(tokensQuery);
        void client.prefetchInfiniteQuery(namesQuery);
      },
    },
    {
      ...{
        path: '/dyndns/ddclient',
        title: menu.ddclient,
        access: 'signed-in',
        needs: 'dyndns:take-over',
      },
      load: async () => (await import('./ddclient-page.tsx')).DdclientPage,
      prefetch: (client) => void client.prefetchQuery(ddclientQuery),
    },
  ],
  commands: [],
  topics: [changedTopic, unitRunTopic],
};
