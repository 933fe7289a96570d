import { ScrollText } from 'lucide-react';
import { lazy } from 'react';
import type { WebFeature } from '../../../web/feature.ts';
import { menu } from './menu-copy.ts';
import { logAppsQuery } from './queries.ts';

/** The web side of logs. */
export const logs: WebFeature = {
  id: 'logs',
  nav: {
    title: menu.title,
    icon: ScrollText,
    path: '/logs',
    shortcut: 'g l',
    needs: 'logs:read',
    section: 'apps',
  },
  routes: [
    {
      path: '/logs',
      title: menu.title,
      access: 'signed-in',
      needs: 'logs:read',
      load: async () => (await import('./logs-page.tsx')).LogsPage,
      prefetch: (client) => void client.prefetchQuery(logAppsQuery),
    },
  ],
  commands: [],
  topics: [],
};

/** The lines of one app, live or before an instant, for pages that show them beside other things; fetched when they are drawn. */
export const AppLogs = lazy(async () => ({ default: (await import('./app-logs.tsx')).AppLogs }));

/** The lines of a container's app, for its page; fetched when it is drawn. */
export const ContainerLogs = lazy(async () => ({
  default: (await import('./container-logs.tsx')).ContainerLogs,
}));
