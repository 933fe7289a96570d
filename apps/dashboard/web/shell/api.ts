import { createClient } from '@nebula/contract/client';
import type { DashboardApi } from '../../contract.ts';
import { apiTable } from '../api-table.ts';

/** Longest that a call may take before the server counts as unreachable. */
const timeoutMs = 30_000;

let csrfToken: string | null = null;

/** Remembers what each change has to carry; null after signing out. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** The typed client of the server that this page came from. */
export const api = createClient<DashboardApi>(apiTable, {
  baseUrl: '',
  headers: changeHeaders,
  fetch: fetchInTime,
});

async function fetchInTime(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  return await fetch(input, { ...init, signal });
}

function changeHeaders(): Record<string, string> {
  return csrfToken === null ? {} : { 'x-csrf-token': csrfToken };
}
