import { Button, IconButton, useWideScreen } from '@nebula/ui';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useState } from 'react';
import { api, notify, useMay } from '../../../web/feature.ts';
import { copy } from './copy.ts';
import { endTour, keepStep, readStep, tourQuery } from './progress.ts';
import { seenIn, type TourStep, tourSteps } from './steps.ts';

/** The tour, as long as it is not over: a card in the corner that takes nothing away from the page. */
export function TourCard() {
  const { data } = useQuery(tourQuery);
  return data?.isOver === false ? <OpenTour /> : null;
}

function OpenTour() {
  const client = useQueryClient();
  const mayAudit = useMay('audit:read');
  const isPhone = !useWideScreen();
  const containers = useQuery({
    queryKey: ['tour', 'containers'],
    queryFn: ({ signal }) => api.containers.list({ query: { limit: 200 }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (containers.isPending) return null;
  const seen = seenIn(containers.data?.items ?? []);
  async function end(): Promise<void> {
    try {
      await endTour(client);
    } catch {
      // The card is away already; only that it may come back has to be said.
      notify({ kind: 'error', title: copy.failed });
    }
  }
  return (
    <>
      {/* Room at the end of the page, so that whatever the card lies on can be scrolled out from under it. */}
      <div aria-hidden className="h-60" />
      <Card steps={tourSteps({ ...seen, mayAudit, isPhone })} onEnd={() => void end()} />
    </>
  );
}

function Card({ steps, onEnd }: { steps: TourStep[]; onEnd: () => void }) {
  const [at, setAt] = useState(() => Math.min(readStep(), steps.length - 1));
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const step = steps[at];
  if (step === undefined) return null;
  function go(next: number): void {
    const path = steps[next]?.path ?? null;
    setAt(next);
    keepStep(next);
    if (path !== null && path !== pathname) void navigate({ to: path });
  }
  const isLast = at === steps.length - 1;
  return (
    <section
      aria-label={copy.label}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onEnd();
      }}
      className="fixed inset-x-3 bottom-[calc(5rem+env(safe-area-inset-bottom))] z-30 animate-rise rounded-lg border border-accent bg-raised p-4 shadow-panel md:inset-x-auto md:right-6 md:bottom-6 md:w-100"
    >
      <div className="flex items-start gap-3">
        <div aria-live="polite" className="min-w-0 flex-1">
          <p className="text-sm text-muted">{copy.place(at + 1, steps.length)}</p>
          <h2 className="mt-1 text-lg">{step.title}</h2>
          <p className="mt-2 break-words text-soft">{step.text}</p>
        </div>
        <IconButton icon={X} label={copy.skip} onClick={onEnd} className="-mt-2 -mr-2" />
      </div>
      <div className="mt-4 flex items-center justify-between gap-2">
        <Dots at={at} count={steps.length} />
        <div className="flex gap-2">
          {at > 0 && (
            <Button tone="ghost" onClick={() => go(at - 1)}>
              {copy.back}
            </Button>
          )}
          <Button tone="primary" onClick={() => (isLast ? onEnd() : go(at + 1))}>
            {isLast ? copy.done : copy.next}
          </Button>
        </div>
      </div>
    </section>
  );
}

function Dots({ at, count }: { at: number; count: number }) {
  return (
    <span aria-hidden className="flex gap-1.5">
      {Array.from({ length: count }, (_, dot) => (
        <span key={dot} className={`size-1.5 rounded-full ${dot === at ? 'bg-accent' : 'bg-edge'}`} />
      ))}
    </span>
  );
}
