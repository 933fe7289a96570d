import { ApiError } from '@nebula/contract/client';
import { Button, ErrorState, Panel } from '@nebula/ui';
import { useQueryClient } from '@tanstack/react-query';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { RotateCcw } from 'lucide-react';
import { useEffect, useState } from 'react';
import { troubleOf } from './copy.ts';
import { Mark } from './mark.tsx';
import { useShownTitle } from './page-title.ts';
import { sessionQuery } from './session.tsx';
import { texts } from './texts.ts';

const retryMs = 10_000;

/** What stands where a page cannot even begin; when the server is away it says so, and tries again by itself. */
export function StartFault({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const client = useQueryClient();
  const [isTrying, setTrying] = useState(false);
  async function retry(): Promise<void> {
    setTrying(true);
    try {
      // The same entry of the cache, not a new one: whoever looks at it sees the answer.
      await client.fetchQuery({ ...sessionQuery, staleTime: 0, retry: false });
      reset();
      await router.invalidate();
    } catch {
      // Still away: the page says so already, and the next try is ten seconds off.
    }
    setTrying(false);
  }
  useEffect(() => {
    const timer = setTimeout(() => void retry(), retryMs);
    return () => clearTimeout(timer);
  });
  const isAway = error instanceof ApiError && error.status === 0;
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      {isAway ? (
        <Away isTrying={isTrying} onRetry={() => void retry()} />
      ) : (
        <Panel className="w-full max-w-lg">
          <h1 className="sr-only">{texts.cannotStart}</h1>
          <ErrorState trouble={troubleOf(error)} onRetry={() => void retry()} />
        </Panel>
      )}
    </main>
  );
}

/** The page that opens without the server. */
function Away({ isTrying, onRetry }: { isTrying: boolean; onRetry: () => void }) {
  useShownTitle(texts.away.title);
  return (
    <div
      role="alert"
      className="glass flex w-full max-w-lg flex-col items-center gap-4 rounded-xl p-6 text-center md:p-8"
    >
      <Mark size={56} />
      <h1 className="text-2xl">{texts.away.title}</h1>
      <p className="text-soft">{texts.away.text}</p>
      <p className="text-sm text-muted">{texts.away.retrying}</p>
      <Button tone="primary" icon={RotateCcw} isBusy={isTrying} onClick={onRetry}>
        {texts.away.retry}
      </Button>
    </div>
  );
}
