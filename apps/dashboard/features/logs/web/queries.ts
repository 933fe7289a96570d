import { queryOptions } from '@tanstack/react-query';
import { api } from '../../../web/feature.ts';

/** Apps whose lines are kept. */
export const logAppsQuery = queryOptions({
  queryKey: ['logs', 'apps'],
  queryFn: ({ signal }) => api.logs.apps({ signal }),
  refetchInterval: 15_000,
});
