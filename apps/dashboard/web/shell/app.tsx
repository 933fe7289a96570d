import { Sky } from '@nebula/ui';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { makeQueryClient } from './query-client.ts';
import { makeRouter, warmUp } from './router.tsx';
import { sessionQuery } from './session.ts';
import { ErrorBoundary } from './error-boundary.tsx';

const client = makeQueryClient();
const router = makeRouter(client);
// The answer is on its way while the code of the page is still being fetched.
void client.prefetchQuery(sessionQuery);
warmUp(window.location.pathname);

/** The whole page: the sky, and the router above it. */
export function App() {
  return (
    <QueryClientProvider client={client}>
      <Sky />
      <ErrorBoundary>
        <RouterProvider router={router} />
      </ErrorBoundary>
    </QueryClientProvider>
  );
}
