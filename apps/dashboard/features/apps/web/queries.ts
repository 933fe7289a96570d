import { queryOptions } from '@tanstack/react-query';
import { api } from '../../../web/feature.ts';

/** The containers of an app as they are now. */
export function containersQuery(app: string) {
  return queryOptions({
    queryKey: ['apps', app],
    queryFn: async ({ signal }) =>
      (await api.apps.list({ query: { app: app.slice(0, 520) }, signal })).items[0]?.containers ?? [],
    refetchInterval: 5000,
  });
}
