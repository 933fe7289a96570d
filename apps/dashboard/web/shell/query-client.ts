import { ApiError } from '@nebula/contract/client';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { sessionQuery } from './session.tsx';

/** Makes the cache of everything the server told, which notices when the session ended. */
export function makeQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: renewSession }),
    mutationCache: new MutationCache({ onError: renewSession }),
    defaultOptions: {
      queries: {
        // A server at home is reachable without the internet.
        networkMode: 'always',
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && isPassing(error),
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
  function renewSession(error: Error): void {
    if (!(error instanceof ApiError)) return;
    if (error.code === 'SIGNED_OUT' || error.code === 'CSRF_FAILED') {
      void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
    }
  }
  return client;
}

/** Whether another try may go better by itself. */
function isPassing(error: Error): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 502 || error.status === 503);
}
