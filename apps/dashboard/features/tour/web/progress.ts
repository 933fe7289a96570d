import { queryOptions } from '@tanstack/react-query';
import { api } from '../../../web/feature.ts';

/** Whether the tour is over for this person. */
export const tourQuery = queryOptions({
  queryKey: ['tour'],
  queryFn: ({ signal }) => api.tour.get({ signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

const storageKey = 'nebula-tour-step';

/** The step at which this tab is, from 0. */
export function readStep(): number {
  try {
    return Number(sessionStorage.getItem(storageKey) ?? 0) || 0;
  } catch {
    // Storage can be forbidden; a reload then begins at the first step.
    return 0;
  }
}

/** Remembers the step over a reload. */
export function keepStep(step: number): void {
  try {
    sessionStorage.setItem(storageKey, String(step));
  } catch {
    // As above.
  }
}
