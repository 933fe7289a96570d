import { ApiError } from '@nebula/contract/client';

/** One side of a conflict; null for no records. */
export type Side = { ttl: number; values: string[] } | null;

/** What somebody else did and what was wanted. */
export interface Conflict {
  found: Side;
  wanted: Side;
  /** Version of what is there: who writes with it has seen it. */
  version: string;
}

/** The conflict that an error tells of; null when it tells of none. */
export function conflictIn(error: unknown): Conflict | null {
  if (!(error instanceof ApiError) || error.code !== 'DNS_CONFLICT') return null;
  const data = error.problem.data ?? {};
  const side = (isThere: unknown, ttl: unknown, values: unknown): Side =>
    isThere === true && typeof ttl === 'number' && Array.isArray(values)
      ? { ttl, values: values.filter((value) => typeof value === 'string') }
      : null;
  return {
    found: side(data['isFound'], data['foundTtl'], data['foundValues']),
    wanted: side(data['isWanted'], data['wantedTtl'], data['wantedValues']),
    version: typeof data['foundVersion'] === 'string' ? data['foundVersion'] : '',
  };
}
