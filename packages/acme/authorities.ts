import { DriverError } from '@nebula/errors';

/** What is remembered of an authority, across restarts. */
export interface AuthorityState {
  /** Tries in a row that failed by its fault. */
  failures: number;
  /** It is not asked before this instant. */
  retryAt: Date | null;
  problem: string | null;
}

/** An authority that nothing is known against. */
export const wellAuthority: AuthorityState = { failures: 0, retryAt: null, problem: null };

const firstMs = 5 * 60_000;
const longestMs = 6 * 3_600_000;
/** When an authority says that it was asked too often and not until when. */
const limitedMs = 3_600_000;

/**
 * What is remembered after a failure. Only what is the authority's own matter keeps others from it: that it is away, that it
 * limits us, that it does not take our account. That it could not prove one name is about that name.
 */
export function afterFailure(state: AuthorityState, error: DriverError, now: Date): AuthorityState {
  const failures = state.failures + 1;
  const problem = error.message;
  const backoff = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 20));
  const asked = error.retryAfterSeconds === undefined ? null : error.retryAfterSeconds * 1000;
  switch (error.kind) {
    case 'rate-limited':
      return { failures, problem, retryAt: later(state, now, asked ?? Math.max(limitedMs, backoff)) };
    case 'unavailable':
    case 'unauthorized':
    case 'unsupported':
      return { failures, problem, retryAt: later(state, now, Math.max(asked ?? 0, backoff)) };
    case 'rejected':
      return state;
    default:
      return error.kind satisfies never;
  }
}

/** An instant never moves nearer because something else failed meanwhile. */
function later(state: AuthorityState, now: Date, ms: number): Date {
  return new Date(Math.max(state.retryAt?.getTime() ?? 0, now.getTime() + ms));
}

/**
 * The authority to ask now: the first that may be asked, but not the one that failed last for this name while there is
 * another. Null when none may be asked yet.
 */
export function chooseAuthority<A extends { directory: string }>(
  authorities: readonly A[],
  stateOf: (directory: string) => AuthorityState,
  failedLast: string | null,
  now: Date,
): A | null {
  const open = authorities.filter(({ directory }) => {
    const { retryAt } = stateOf(directory);
    return retryAt === null || retryAt.getTime() <= now.getTime();
  });
  return open.find(({ directory }) => directory !== failedLast) ?? open[0] ?? null;
}

/** When the first of them may be asked again; null when one may be asked now. */
export function askableAt(
  authorities: readonly { directory: string }[],
  stateOf: (directory: string) => AuthorityState,
): Date | null {
  const times = authorities.map(({ directory }) => stateOf(directory).retryAt?.getTime() ?? 0);
  const first = Math.min(...times);
  return first > 0 && Number.isFinite(first) ? new Date(first) : null;
}

/** Ways to prove a name. */
export type Method = 'dns-01' | 'http-01';

/** The way to take: the better first, the next after each round of authorities that did not take it. Null when there is none. */
export function chooseMethod(possible: readonly Method[], rounds: number): Method | null {
  return possible[rounds % Math.max(1, possible.length)] ?? null;
}
