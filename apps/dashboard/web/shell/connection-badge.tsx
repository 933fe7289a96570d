import { formatRelative, useNow } from '@nebula/ui';
import { CloudOff, Hourglass, LoaderCircle, type LucideIcon, Radio } from 'lucide-react';
import { type LiveState, useLiveState } from './live.ts';
import type { LiveStatus } from './live-status.ts';

const looks: Record<LiveStatus, { icon: LucideIcon; word: string; ink: string }> = {
  connecting: { icon: LoaderCircle, word: 'Connecting', ink: 'text-soft' },
  live: { icon: Radio, word: 'Live', ink: 'text-live' },
  stale: { icon: Hourglass, word: 'Not updating', ink: 'text-warning' },
  offline: { icon: CloudOff, word: 'Offline', ink: 'text-danger' },
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
  const since =
    heardAt === null ? 'not heard from the server yet' : `last news ${formatRelative(heardAt, now)}`;
  switch (status) {
    case 'live':
      return 'What you see is current';
    case 'connecting':
      return 'Connecting to the server';
    case 'stale':
      return `What you see may be old: ${since}. Connecting again by itself`;
    case 'offline':
      return `This device has no network: ${since}. Connecting again by itself`;
    default:
      return status satisfies never;
  }
}
