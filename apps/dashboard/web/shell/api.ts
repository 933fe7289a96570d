import { createClient } from '@nebula/contract/client';
import type { DashboardApi } from '../../contract.ts';
import { apiTable } from '../api-table.ts';
import { askForProof } from './proof.ts';

/** Longest that a call may take before the server counts as unreachable. */
const timeoutMs = 30_000;

let csrfToken: string | null = null;
const sessionAnswered = Promise.withResolvers<void>();

/** Remembers what each change has to carry; null after signing out. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** Says that the session was asked for, whatever came of it: changes that were begun before go on. */
export function sessionIsAsked(): void {
  sessionAnswered.resolve();
}

/** The typed client of the server that this page came from. */
export const api = createClient<DashboardApi>(apiTable, {
  baseUrl: '',
  headers: changeHeaders,
  fetch: fetchWithProof,
});

/**
 * A call that is refused for want of a fresh proof is repeated as it was once the person has given one, so that no page has to
 * know of it. A proof itself is not asked for again.
 */
async function fetchWithProof(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const response = await fetchInTime(input, init);
  if (response.status !== 403 || !(await wantsProof(response.clone()))) return response;
  const isProven = await askForProof();
  return isProven && init.signal?.aborted !== true ? await fetchInTime(input, init) : response;
}

async function wantsProof(response: Response): Promise<boolean> {
  if (response.headers.get('content-type')?.includes('application/problem+json') !== true) return false;
  const problem: { code?: unknown } = await response.json();
  return problem.code === 'STEP_UP_REQUIRED';
}

async function fetchInTime(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  if (init.method === undefined || init.method === 'GET') return await fetch(input, { ...init, signal });
  // A page that changes something as it opens is quicker than the answer that brings the token.
  await sessionAnswered.promise;
  const headers = { ...Object.fromEntries(new Headers(init.headers)), ...changeHeaders() };
  return await fetch(input, { ...init, headers, signal });
}

function changeHeaders(): Record<string, string> {
  return csrfToken === null ? {} : { 'x-csrf-token': csrfToken };
}
