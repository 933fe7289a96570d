import { StatusPill, Time } from '@nebula/ui';
import { Clock, LoaderCircle } from 'lucide-react';
import { PageLink } from '../../../web/feature.ts';
import type { JobsTile as Figures } from '../contract.ts';
import { copy } from './copy.ts';
import { NotKnown, TileFrame, type TileState } from './tile.tsx';

const words = copy.jobs;

/** What is being done right now. */
export function JobsTile({ tile }: { tile: TileState<Figures> }) {
  if (tile === null) return null;
  return (
    <TileFrame id="jobs" to="/jobs">
      {tile.state === 'failed' ? <NotKnown detail={tile.detail} /> : <Running figures={tile.data} />}
    </TileFrame>
  );
}

function Running({ figures: { running, hasMore } }: { figures: Figures }) {
  if (running.length === 0) return <p className="px-4 pb-6 text-soft md:px-6">{words.none}</p>;
  return (
    <>
      <ul className="pb-2">
        {running.map(({ id, title, state, target, createdAt }) => (
          <li
            key={id}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-hairline px-4 py-2.5 md:px-6"
          >
            <PageLink
              to={`/jobs/${id}`}
              translate="no"
              className="min-w-0 truncate leading-6 font-medium underline-offset-4 hover:text-link hover:underline"
            >
              {title}
            </PageLink>
            <span translate="no" className="min-w-0 truncate leading-6 text-soft">
              {target}
            </span>
            <span className="ml-auto flex items-center gap-3 text-sm text-muted">
              <StatusPill
                tone={state === 'queued' ? 'neutral' : 'busy'}
                icon={state === 'queued' ? Clock : LoaderCircle}
              >
                {words.states[state] ?? state}
              </StatusPill>
              <Time at={createdAt} />
            </span>
          </li>
        ))}
      </ul>
      {hasMore && <p className="px-4 pb-4 text-sm text-muted md:px-6">{words.more}</p>}
    </>
  );
}
