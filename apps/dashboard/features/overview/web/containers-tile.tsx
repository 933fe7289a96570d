import { toneInk, type Tone } from '@nebula/ui';
import {
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleStop,
  CircleX,
  HeartCrack,
  LoaderCircle,
  type LucideIcon,
} from 'lucide-react';
import { PageLink } from '../../../web/feature.ts';
import type { ContainersTile as Figures } from '../contract.ts';
import { copy } from './copy.ts';
import { NotKnown, TileFrame, type TileState } from './tile.tsx';

const words = copy.containers;
const looks: Record<string, { icon: LucideIcon; tone: Tone }> = {
  running: { icon: CircleCheck, tone: 'up' },
  exited: { icon: CircleStop, tone: 'paused' },
  paused: { icon: CirclePause, tone: 'paused' },
  restarting: { icon: LoaderCircle, tone: 'degraded' },
  created: { icon: CircleDashed, tone: 'neutral' },
  removing: { icon: CircleDashed, tone: 'busy' },
  dead: { icon: CircleX, tone: 'down' },
};

/** How many containers are in which state; each number leads to them. */
export function ContainersTile({ tile }: { tile: TileState<Figures> }) {
  if (tile === null) return null;
  const failed = tile.state === 'failed' ? tile.detail : tile.data.isReachable ? null : tile.data.detail;
  if (failed !== null || tile.state === 'failed') {
    return (
      <TileFrame id="containers" to="/containers">
        <NotKnown detail={failed ?? ''} />
      </TileFrame>
    );
  }
  const { total, states, unhealthy } = tile.data;
  return (
    <TileFrame id="containers" to="/containers" description={words.total(total)}>
      {total === 0 ? (
        <p className="px-4 pb-6 text-soft md:px-6">{words.none}</p>
      ) : (
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(7.5rem,1fr))] gap-3 px-4 pb-6 md:px-6">
          {Object.entries(words.states).flatMap(([state, word]) => {
            const count = states[state] ?? 0;
            const { icon, tone } = looks[state] ?? { icon: CircleDashed, tone: 'neutral' };
            if (count === 0 && state !== 'running') return [];
            return [
              <Count
                key={state}
                to={`/containers?state=${state}`}
                count={count}
                word={word}
                icon={icon}
                tone={tone}
              />,
            ];
          })}
          {unhealthy > 0 && (
            <Count
              to="/containers?health=unhealthy"
              count={unhealthy}
              word={words.unhealthy}
              icon={HeartCrack}
              tone="down"
            />
          )}
        </ul>
      )}
    </TileFrame>
  );
}

interface CountProps {
  to: string;
  count: number;
  word: string;
  icon: LucideIcon;
  tone: Tone;
}

function Count({ to, count, word, icon: Icon, tone }: CountProps) {
  return (
    <li>
      <PageLink
        to={to}
        className="flex flex-col gap-1 rounded-md border border-hairline bg-raised px-3 py-2 hover:bg-hover"
      >
        <span className="figures text-2xl font-semibold">{count}</span>
        <span className={`flex items-center gap-1.5 text-sm ${toneInk(tone)}`}>
          <Icon aria-hidden size={14} />
          {word}
        </span>
      </PageLink>
    </li>
  );
}
