import { Sky } from '@nebula/ui';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
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
      <LateSky />
      <ErrorBoundary>
        <SessionProvider>
          <RouterProvider router={router} />
        </SessionProvider>
      </ErrorBoundary>
    </QueryClientProvider>
  );
}

/** A page that cannot be made, or not soon, has its sky after this. */
const skyWaitMs = 3000;

/** The sky comes after what the page says: a canvas of the size of the window takes its time to paint. */
function LateSky() {
  const [isWanted, setIsWanted] = useState(false);
  useEffect(() => {
    const wait = (ms: number) => setTimeout(() => setIsWanted(true), ms);
    const longest = wait(skyWaitMs);
    let afterPage: ReturnType<typeof wait> | undefined;
    const stop = router.subscribe('onRendered', () => {
      afterPage ??= wait(300);
    });
    return () => {
      stop();
      clearTimeout(longest);
      clearTimeout(afterPage);
    };
  }, []);
  return isWanted && <Sky />;
}
