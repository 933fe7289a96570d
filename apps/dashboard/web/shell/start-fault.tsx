import { ErrorState, Panel } from '@nebula/ui';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { troubleOf } from './copy.ts';
import { sessionQuery } from './session.tsx';
import { texts } from './texts.ts';

const retryMs = 10_000;

/** What stands where a page cannot even begin, as when the server is away; it tries again by itself. */
export function StartFault({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const client = useQueryClient();
  async function retry(): Promise<void> {
    client.removeQueries({ queryKey: sessionQuery.queryKey });
    reset();
    await router.invalidate();
  }
  useEffect(() => {
    const timer = setTimeout(() => void retry(), retryMs);
    return () => clearTimeout(timer);
  });
  return (
    <div className="flex min-h-dvh items-center justify-center p-4">
      <Panel className="w-full max-w-lg">
        <h1 className="sr-only">{texts.cannotStart}</h1>
        <ErrorState trouble={troubleOf(error)} onRetry={() => void retry()} />
      </Panel>
    </div>
  );
}
