import { buttonClasses, EmptyState, Panel } from '@nebula/ui';
import { Link } from '@tanstack/react-router';
import { Telescope } from 'lucide-react';
import { useShownTitle } from './page-title.ts';
import { texts } from './texts.ts';

/** What stands at an address where there is nothing. */
export function NotFoundPage() {
  useShownTitle(texts.notFound.page);
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <Panel className="w-full max-w-lg">
        <h1 className="sr-only">{texts.notFound.page}</h1>
        <EmptyState
          icon={Telescope}
          title={texts.notFound.title}
          action={
            <Link to="/" className={buttonClasses('primary')}>
              {texts.notFound.action}
            </Link>
          }
        >
          <p>{texts.notFound.text}</p>
        </EmptyState>
      </Panel>
    </main>
  );
}
