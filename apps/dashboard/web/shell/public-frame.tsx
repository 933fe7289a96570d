import { Outlet, useMatches } from '@tanstack/react-router';
import { ErrorBoundary } from './error-boundary.tsx';
import { useShownTitle } from './page-title.ts';

/** The frame of pages that stand alone: signing in and setting up. */
export function PublicFrame() {
  useShownTitle(useMatches().at(-1)?.staticData.title ?? '');
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center px-4 py-12">
      <ErrorBoundary>
        <Outlet />
      </ErrorBoundary>
    </main>
  );
}
