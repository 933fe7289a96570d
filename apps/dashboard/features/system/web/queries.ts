import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, pagesQuery } from '../../../web/feature.ts';
import type { Unit } from '../contract.ts';
import type { View } from './filter.ts';
import { keys } from './live.ts';

/** Processes and units are read on the server only for whoever asks, so a page that shows them asks again and again. */
const followMs = 5000;

/** What the machine does right now. */
export const systemQuery = queryOptions({
  queryKey: keys.now,
  queryFn: ({ signal }) => api.system.get({ signal }),
});

/** The last minutes. */
export const historyQuery = queryOptions({
  queryKey: keys.history,
  queryFn: ({ signal }) => api.system.history({ signal }),
});

/** The processes that use most. */
export function processesQuery({ sort, search }: View) {
  return queryOptions({
    queryKey: [...keys.processes, { sort, search }],
    queryFn: ({ signal }) =>
      api.system.processes({ query: { sort: sort ?? 'cpu', search, limit: 50 }, signal }),
    refetchInterval: followMs,
    staleTime: 0,
    placeholderData: keepPreviousData,
  });
}

/** Whether there are units here, and how many failed. */
export const unitsSummaryQuery = queryOptions({
  queryKey: [...keys.units, 'summary'],
  queryFn: ({ signal }) => api.system.units({ query: { limit: 1 }, signal }),
  refetchInterval: 2 * followMs,
  staleTime: 0,
});

/** Units by name, page by page. */
export function unitsQuery({ search, active }: View) {
  return pagesQuery<Unit>([...keys.units, { search, active }], (cursor, signal) =>
    api.system.units({ query: { search, active, cursor, limit: 100 }, signal }),
  );
}

/** One unit. */
export function unitQuery(unit: string) {
  return queryOptions({
    queryKey: keys.unit(unit),
    queryFn: ({ signal }) => api.system.unit({ params: { unit }, signal }),
    refetchInterval: followMs,
    staleTime: 0,
  });
}

/** The newest lines of a unit. */
export function journalQuery(unit: string) {
  return queryOptions({
    queryKey: [...keys.unit(unit), 'journal'],
    queryFn: ({ signal }) => api.system.journal({ params: { unit }, query: { lines: 200 }, signal }),
    refetchInterval: followMs,
    staleTime: 0,
  });
}
