import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '../../../web/feature.ts';

const stepKey = 'nebula-tour-step';
const againKey = 'nebula-tour-again';

/** Whether the tour is over for this person; a tab that began it again goes on with it whatever the server remembers. */
export const tourQuery = queryOptions({
  queryKey: ['tour'],
  queryFn: async ({ signal }) => {
    const told = await api.tour.get({ signal });
    return read(againKey) === null ? told : { isOver: false };
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** Begins the tour again, from its first step. */
export function beginAgain(client: QueryClient): void {
  keep(againKey, 'yes');
  keep(stepKey, '0');
  client.setQueryData(tourQuery.queryKey, { isOver: false });
}

/** Puts the tour away in this tab, and tells the server not to offer it again. */
export async function endTour(client: QueryClient): Promise<void> {
  keep(againKey, null);
  keep(stepKey, null);
  // An answer that was asked for before this would bring it back.
  await client.cancelQueries({ queryKey: tourQuery.queryKey });
  client.setQueryData(tourQuery.queryKey, { isOver: true });
  await api.tour.end();
}

/** The step at which this tab is, from 0. */
export function readStep(): number {
  return Number(read(stepKey) ?? 0) || 0;
}

/** Remembers the step over a reload. */
export function keepStep(step: number): void {
  keep(stepKey, String(step));
}

function read(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    // Storage can be forbidden; a reload then begins at the first step.
    return null;
  }
}

function keep(key: string, value: string | null): void {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
  } catch {
    // As above.
  }
}
