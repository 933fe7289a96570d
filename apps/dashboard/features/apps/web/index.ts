import type { WebFeature } from '../../../web/feature.ts';
import { copy } from './copy.ts';
import { containersQuery } from './queries.ts';

/** The page of one app. */
export const apps: WebFeature = {
  id: 'apps',
  nav: null,
  routes: [
    {
      path: '/apps/$app',
      title: copy.title,
      access: 'signed-in',
      needs: 'apps:read',
      load: async () => (await import('./app-page.tsx')).AppPage,
      prefetch: (client, { params: { app = '' } }) => void client.prefetchQuery(containersQuery(app)),
    },
  ],
  commands: [],
  topics: [],
};
