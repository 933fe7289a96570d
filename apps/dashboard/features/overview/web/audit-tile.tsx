import { Time } from '@nebula/ui';
import type { AuditTile as Figures } from '../contract.ts';
import { copy } from './copy.ts';
import { NotKnown, TileFrame, type TileState } from './tile.tsx';

const words = copy.audit;

/** Who did what just now. */
export function AuditTile({ tile }: { tile: TileState<Figures> }) {
  if (tile === null) return null;
  return (
    <TileFrame id="audit" to="/audit">
      {tile.state === 'failed' ? <NotKnown detail={tile.detail} /> : <Entries figures={tile.data} />}
    </TileFrame>
  );
}

function Entries({ figures: { entries } }: { figures: Figures }) {
  if (entries.length === 0) return <p className="px-4 pb-6 text-soft md:px-6">{words.none}</p>;
  return (
    <ol className="pb-2">
      {entries.map(({ id, at, actor, action, target, outcome }) => (
        <li
          key={id}
          className="flex items-baseline gap-x-3 border-t border-hairline px-4 py-2 text-sm md:px-6"
        >
          <span translate="no" className="min-w-0 flex-1 truncate" title={`${actor} ${action} ${target}`}>
            <span className="font-medium">{actor}</span>{' '}
            <code className="font-mono text-xs text-soft">{action}</code>{' '}
            <span className="text-soft">{target}</span>
          </span>
          {outcome !== 'done' && <span className="shrink-0 text-warning">{words.outcomes[outcome]}</span>}
          <span className="shrink-0 text-muted">
            <Time at={at} />
          </span>
        </li>
      ))}
    </ol>
  );
}
