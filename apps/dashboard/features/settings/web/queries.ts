import { queryOptions } from '@tanstack/react-query';
import { api } from '../../../web/feature.ts';

/** Every setting with its value and source. */
export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => api.settings.list({ signal }),
});
