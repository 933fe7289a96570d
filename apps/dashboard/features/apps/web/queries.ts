import { queryOptions } from '@tanstack/react-query';
import { api } from '../../../web/feature.ts';

/** The containers of an app as they are now. */
export function containersQuery(app: string) {
  return queryOptions({
    // Under the key of containers: renewed with them when the engine comes back.
    queryKey: ['containers', 'of-app', app],
    queryFn: async ({ signal }) => {
      const project = app.includes('/') ? app.slice(0, app.indexOf('/')) : undefined;
      const { items } = await api.containers.list({
        query: { limit: 200, ...(project === undefined ? { search: app.slice(0, 100) } : { project }) },
        signal,
      });
      return items.filter((container) => container.app === app);
    },
    refetchInterval: 15_000,
  });
}
