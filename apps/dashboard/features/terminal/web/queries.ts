import { queryOptions } from '@tanstack/react-query';
import { api } from '../../../web/feature.ts';

/** The container that a shell is in. */
export function containerNameQuery(id: string) {
  return queryOptions({
    queryKey: ['terminal', 'container', id],
    queryFn: ({ signal }) => api.containers.get({ params: { id }, signal }),
  });
}
