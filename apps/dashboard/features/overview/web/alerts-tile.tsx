import { StatusPill, Time, type Tone } from '@nebula/ui';
import { Flame, Info, type LucideIcon, TriangleAlert } from 'lucide-react';
import { PageLink } from '../../../web/feature.ts';
import type { AlertsTile as Figures } from '../contract.ts';
import { copy } from './copy.ts';
import { NotKnown, TileFrame, type TileState } from './tile.tsx';

const words = copy.alerts;
const looks: Record<Figures['newest'][number]['severity'], { tone: Tone; icon: LucideIcon }> = {
  critical: { tone: 'down', icon: Flame },
  warning: { tone: 'degraded', icon: TriangleAlert },
  info: { tone: 'neutral', icon: Info },
};

/** The newest alerts that are open. */
export function AlertsTile({ tile }: { tile: TileState<Figures> }) {
  if (tile === null) return null;
  return (
    <TileFrame id="alerts" to="/alerts">
      {tile.state === 'failed' ? <NotKnown detail={tile.detail} /> : <Newest figures={tile.data} />}
    </TileFrame>
  );
}

function Newest({ figures: { open, newest } }: { figures: Figures }) {
  if (newest.length === 0) return <p className="px-4 pb-6 text-soft md:px-6">{words.none}</p>;
  const more = open - newest.length;
  return (
    <>
      <ul className="pb-2">
        {newest.map(({ id, summary, severity, openedAt }) => (
          <li
            key={id}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-hairline px-4 py-2.5 md:px-6"
          >
            <PageLink
              to={`/alerts/${id}`}
              translate="no"
              className="min-w-0 leading-6 font-medium break-words underline-offset-4 hover:text-link hover:underline"
            >
              {summary}
            </PageLink>
            <span className="ml-auto flex items-center gap-3 text-sm text-muted">
              <StatusPill {...looks[severity]}>{words.severities[severity]}</StatusPill>
              <Time at={openedAt} />
            </span>
          </li>
        ))}
      </ul>
      {more > 0 && <p className="px-4 pb-4 text-sm text-muted md:px-6">{words.more(more)}</p>}
    </>
  );
}
