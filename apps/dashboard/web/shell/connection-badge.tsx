import { formatRelative, useNow } from '@nebula/ui';
import { CloudOff, Hourglass, LoaderCircle, type LucideIcon, Radio } from 'lucide-react';
import { type LiveState, useLiveState } from './live.ts';
import type { LiveStatus } from './live-status.ts';
import { texts } from './texts.ts';

const words = texts.connection;

const looks: Record<LiveStatus, { icon: LucideIcon; word: string; ink: string }> = {
  connecting: { icon: LoaderCircle, word: words.connecting, ink: 'text-soft' },
  live: { icon: Radio, word: words.live, ink: 'text-live' },
  stale: { icon: Hourglass, word: words.stale, ink: 'text-warning' },
  offline: { icon: CloudOff, word: words.offline, ink: 'text-danger' },
};

/** Says how current the page is: icon, word and colour; the sentence with it is the tooltip. */
export function ConnectionBadge() {
  const state = useLiveState();
  const now = useNow();
  const { icon: Icon, word, ink } = looks[state.status];
  return (
    <span
      role="status"
      title={sentence(state, now)}
      className={`inline-flex h-7 items-center gap-1.5 rounded-full border border-hairline bg-canvas px-3 text-xs font-medium whitespace-nowrap ${ink}`}
    >
      <Icon aria-hidden size={14} className={state.status === 'connecting' ? 'animate-turn' : undefined} />
      <span className={state.status === 'live' ? 'sr-only md:not-sr-only' : ''}>{word}</span>
    </span>
  );
}

function sentence({ status, heardAt }: LiveState, now: number): string {
  const since = heardAt === null ? words.notHeard : words.heard(formatRelative(heardAt, now));
  switch (status) {
    case 'live':
      return words.isCurrent;
    case 'connecting':
      return words.isConnecting;
    case 'stale':
      return words.isStale(since);
    case 'offline':
      return words.isOffline(since);
    default:
      return status satisfies never;
  }
}
