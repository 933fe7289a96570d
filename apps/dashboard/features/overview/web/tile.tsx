import { Panel } from '@nebula/ui';
import { ArrowRight, CircleHelp } from 'lucide-react';
import type { ReactNode } from 'react';
import { PageLink } from '../../../web/feature.ts';
import type { Overview, TileId } from '../contract.ts';
import { copy } from './copy.ts';

/** Figures of a tile, or why they are not there; null when there is no such feature or it is not for this person. */
export type TileState<T> = { state: 'ok'; data: T } | { state: 'failed'; detail: string } | null;

/** Whether the server has this tile for the person. */
export function isPresent({ tiles }: Overview, id: TileId): boolean {
  return id === 'attention' || id === 'links' || tiles[id] !== null;
}

interface TileFrameProps {
  id: TileId;
  /** The page that shows more; none for tiles that are complete. */
  to?: string;
  description?: ReactNode;
  children: ReactNode;
}

/** A tile's shell: its title, which leads to its page. */
export function TileFrame({ id, to, description, children }: TileFrameProps) {
  const title = copy.tiles[id];
  return (
    <Panel aria-labelledby={`tile-${id}`} className="flex h-full min-w-0 flex-col">
      <header className="flex items-start justify-between gap-3 px-4 pt-4 pb-3 md:px-6">
        <div className="min-w-0">
          <h2 id={`tile-${id}`} className="text-lg">
            {title}
          </h2>
          {description !== undefined && <p className="mt-1 text-sm text-muted">{description}</p>}
        </div>
        {to !== undefined && (
          <PageLink
            to={to}
            aria-label={copy.open(title)}
            title={copy.open(title)}
            className="inline-flex size-11 shrink-0 items-center justify-center rounded-md text-soft hover:bg-hover hover:text-ink md:size-9"
          >
            <ArrowRight aria-hidden size={18} />
          </PageLink>
        )}
      </header>
      {children}
    </Panel>
  );
}

/** What stands in a tile whose source could not be read. */
export function NotKnown({ detail }: { detail: string }) {
  return (
    <div role="status" className="flex items-start gap-3 px-4 pb-6 md:px-6">
      <CircleHelp aria-hidden size={20} className="mt-0.5 shrink-0 text-warning" />
      <div className="min-w-0">
        <p className="font-medium">{copy.failed}</p>
        <p className="break-words text-soft">{detail}</p>
        <p className="text-sm text-muted">{copy.failedNext}</p>
      </div>
    </div>
  );
}
