import { buttonClasses, EmptyState, Panel } from '@nebula/ui';
import { Link } from '@tanstack/react-router';
import { Telescope } from 'lucide-react';
import { useShownTitle } from './page-title.ts';

/** What stands at an address where there is nothing. */
export function NotFoundPage() {
  useShownTitle('Nothing here');
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <Panel className="w-full max-w-lg">
        <h1 className="sr-only">Nothing here</h1>
        <EmptyState
          icon={Telescope}
          title="Nothing at this address"
          action={
            <Link to="/" className={buttonClasses('primary')}>
              To the start
            </Link>
          }
        >
          <p>The link may be old or mistyped. Whatever it named may have been removed since.</p>
        </EmptyState>
      </Panel>
    </main>
  );
}
