import type { Reach } from './reach.ts';

/** Why a call is made, and what that allows it. */
export interface Purpose {
  /** Such as `registry`; stands in errors and logs. */
  name: string;
  reach: Reach;
  /** Whether `http:` is allowed; never by default. */
  allowsPlain: boolean;
  /** From the first byte sent to the last received, redirects included. */
  timeoutMs: number;
  /** Of the answer's body. */
  maxBytes: number;
  redirects: number;
}

/** Declares a purpose; what is left out is strict. */
export function definePurpose(purpose: Pick<Purpose, 'name' | 'reach'> & Partial<Purpose>): Purpose {
  return { allowsPlain: false, timeoutMs: 15_000, maxBytes: 1024 * 1024, redirects: 3, ...purpose };
}
