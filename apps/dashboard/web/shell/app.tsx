import { Sky } from '@nebula/ui';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { makeQueryClient } from './query-client.ts';
import { makeRouter, warmUp } from './router.tsx';
import { SessionProvider, sessionQuery } from './session.tsx';
import { ErrorBoundary } from './error-boundary.tsx';

const client = makeQueryClient();
const router = makeRouter(client);
void client.prefetchQuery(sessionQuery);
void warmUp(client);

/** The whole page: the sky, and the router above it. */
export function App() {
  return (
    <QueryClientProvider client={client}>
      <Sky />
      <ErrorBoundary>
        <SessionProvider>
          <RouterProvider router={router} />
        </SessionProvider>
      </ErrorBoundary>
    </QueryClientProvider>
  );
}
