import { queryOptions } from '@tanstack/react-query';
import { api } from '../../../web/feature.ts';

const everyMs = 10_000;

/** All tiles' figures and what needs attention; asked again while the page is looked at. */
export const overviewQuery = queryOptions({
  queryKey: ['overview', 'all'],
  queryFn: ({ signal }) => api.overview.get({ signal }),
  refetchInterval: everyMs,
  staleTime: 0,
});

/** Which tiles there are and in which order; another tab may have changed it. */
export const layoutQuery = queryOptions({
  queryKey: ['overview', 'layout'],
  queryFn: ({ signal }) => api.overview.layout({ signal }),
  refetchOnWindowFocus: 'always',
});
