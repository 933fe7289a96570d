import { remembered } from '@nebula/ui';
import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import type { SessionState } from '../../features/account/contract.ts';
import { api, sessionIsAsked, setCsrfToken } from './api.ts';
import { ownCache } from './cache-owner.ts';

export type { SessionState };

const nobody: SessionState = { user: null, csrfToken: null, needsSetUp: false, permissions: [] };

/**
 * Whether this browser was signed in when it last asked. A guess: it lets the first data be asked for together with the
 * session, and is proven by the session itself.
 */
export const wasSignedIn = remembered('nebula-signed-in', ['no', 'yes']);

/** Who is signed in; asked again whenever the window comes to the front. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal, client }) => {
    try {
      const session = await api.account.session({ signal });
      ownCache(client, session.user?.id ?? null);
      setCsrfToken(session.csrfToken);
      wasSignedIn.set(session.user === null ? 'no' : 'yes');
      return session;
    } finally {
      sessionIsAsked();
    }
  },
  staleTime: 60_000,
  gcTime: Number.POSITIVE_INFINITY,
  refetchOnWindowFocus: 'always',
});

const Session = createContext(nobody);

/** Tells everything inside who is signed in; one observer of the cache for the whole page. */
export function SessionProvider({ children }: { children: ReactNode }) {
  return <Session value={useQuery(sessionQuery).data ?? nobody}>{children}</Session>;
}

/** Who is signed in, as far as is known. */
export function useSession(): SessionState {
  return useContext(Session);
}

/** Whether the person holds a permission; what they may not do is not offered. */
export function useMay(permission: string): boolean {
  return useSession().permissions.includes(permission);
}

/** Takes over the session that signing in or setting up answered. */
export function signedIn(client: QueryClient, session: SessionState): void {
  setCsrfToken(session.csrfToken);
  ownCache(client, session.user?.id ?? null);
  client.setQueryData(sessionQuery.queryKey, session);
  otherTabs?.postMessage('changed');
}

/** Forgets everything that was loaded for the person who left. */
export function signedOut(client: QueryClient): void {
  setCsrfToken(null);
  wasSignedIn.set('no');
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
  client.setQueryData(sessionQuery.queryKey, nobody);
  otherTabs?.postMessage('changed');
}

/** Asks the server again when another tab signed in or out; answers how to stop. */
export function followOtherTabs(client: QueryClient): () => void {
  const hear = () => void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
  otherTabs?.addEventListener('message', hear);
  return () => otherTabs?.removeEventListener('message', hear);
}

const otherTabs = 'BroadcastChannel' in globalThis ? new BroadcastChannel('nebula-session') : null;
