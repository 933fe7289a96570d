import { formatDuration, StatusPill, type Tone, useNow } from '@nebula/ui';
import { CircleCheck, CircleDashed, CircleX, type LucideIcon, RefreshCw } from 'lucide-react';
import { PageLink } from '../../../web/feature.ts';
import type { LedName } from '../contract.ts';
import { copy } from './copy.ts';

const words = copy.names;

const looks: Record<LedName['state'], { tone: Tone; icon: LucideIcon }> = {
  idle: { tone: 'neutral', icon: CircleDashed },
  queued: { tone: 'busy', icon: RefreshCw },
  done: { tone: 'up', icon: CircleCheck },
  failed: { tone: 'down', icon: CircleX },
};

/** A name, where it is led to, and how far that is. */
export function NameLine({ row }: { row: LedName }) {
  const { name, addresses, state, problem, runId, providerName, alsoFollowed } = row;
  const { tone, icon } = looks[state];
  const led = [addresses.A, addresses.AAAA].filter((address) => address !== undefined);
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-1">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span translate="no" className="font-semibold break-all">
          {name}
        </span>
        <StatusPill tone={tone} icon={icon}>
          {words.state[state]}
        </StatusPill>
        {led.length === 0 ? (
          <span className="text-sm text-muted">{words.noAddress}</span>
        ) : (
          <span translate="no" className="font-mono text-sm break-all text-soft">
            {led.join(', ')}
          </span>
        )}
        <Waits row={row} />
        {runId !== null && (
          <PageLink
            to={`/jobs/${runId}`}
            className="inline-flex min-h-11 items-center text-sm text-link underline-offset-4 hover:underline md:min-h-6"
          >
            {words.run}
          </PageLink>
        )}
      </p>
      {problem !== null && (
        <p translate="no" className="text-sm break-words text-soft">
          {problem}
        </p>
      )}
      {providerName === null && <p className="text-sm text-danger">{words.noProvider}</p>}
      {alsoFollowed && <p className="text-sm text-warning">{words.alsoFollowed}</p>}
    </div>
  );
}

/** Until when it waits, as a time that runs down. */
function Waits({ row: { state, nextTryAt } }: { row: LedName }) {
  const now = useNow();
  const left = nextTryAt === null ? 0 : Date.parse(nextTryAt) - now;
  if (left <= 0) return null;
  const span = formatDuration(left);
  return (
    <span className="text-sm text-soft">{state === 'failed' ? words.again(span) : words.waits(span)}</span>
  );
}
