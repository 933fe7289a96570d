import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '../../../web/feature.ts';
import { ranges, spanOf, type View } from './view.ts';

const points = 400;

/** What has a history. */
export const subjectsQuery = queryOptions({
  queryKey: ['history', 'subjects'],
  queryFn: ({ signal }) => api.history.subjects({ signal }),
  refetchInterval: 15_000,
});

/** The history of a subject in the span of a view; one that ends now is asked for again as it moves. */
export function historyQuery(subject: string, { range = 'day', from, to }: View, isBefore = false) {
  const moves = from === undefined;
  return queryOptions({
    queryKey: ['history', 'of', subject, from === undefined ? range : { from, to }, isBefore],
    queryFn: ({ signal }) => {
      const span = spanOf({ range, from, to }, Date.now());
      const length = span.to - span.from;
      const back = isBefore ? length : 0;
      return api.history.query({
        query: {
          subjects: subject,
          from: new Date(span.from - back).toISOString(),
          to: new Date(span.to - back).toISOString(),
          points,
        },
        signal,
      });
    },
    refetchInterval: moves ? Math.max(10_000, ranges[range] / points) : false,
    placeholderData: keepPreviousData,
  });
}
