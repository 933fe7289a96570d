import { Button, classNames, Delayed, EmptyState, Panel, Skeleton } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { LayoutDashboard, SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { DataView } from '../../../web/feature.ts';
import type { Layout, Overview, TileId } from '../contract.ts';
import { AlertsTile } from './alerts-tile.tsx';
import { ArrangeDialog } from './arrange-dialog.tsx';
import { AttentionTile } from './attention-tile.tsx';
import { AuditTile } from './audit-tile.tsx';
import { ContainersTile } from './containers-tile.tsx';
import { copy } from './copy.ts';
import { JobsTile } from './jobs-tile.tsx';
import { LinksTile } from './links-tile.tsx';
import { layoutQuery, overviewQuery } from './queries.ts';
import { SystemTile } from './system-tile.tsx';
import { isPresent } from './tile.tsx';

/** Mission Control: figures, what needs attention, what is going on; each in a tile that leads to its page. */
export function OverviewPage() {
  const overview = useQuery(overviewQuery);
  const layout = useQuery(layoutQuery);
  const [isArranging, setArranging] = useState(false);
  const query = {
    ...overview,
    data: overview.data && layout.data && { overview: overview.data, layout: layout.data },
  };
  const error = overview.error ?? layout.error;
  return (
    <>
      {query.data === undefined && error === null ? (
        <LoadingTiles />
      ) : query.data === undefined ? (
        <Panel>
          <DataView
            query={{
              data: undefined,
              error,
              refetch: () => void Promise.all([overview.refetch(), layout.refetch()]),
            }}
            label={copy.loading}
          >
            {() => null}
          </DataView>
        </Panel>
      ) : (
        <>
          {error !== null && (
            <Panel className="pt-3">
              <DataView query={{ data: true, error, refetch: overview.refetch }} label={copy.loading}>
                {() => null}
              </DataView>
            </Panel>
          )}
          <Tiles {...query.data} onArrange={() => setArranging(true)} />
          {isArranging && <ArrangeDialog layout={query.data.layout} onClose={() => setArranging(false)} />}
        </>
      )}
    </>
  );
}

/** About as tall as the tiles that will come, so that the page does not jump when they do. */
const loading: { id: TileId; height: string }[] = [
  { id: 'attention', height: 'h-24' },
  { id: 'system', height: 'h-48' },
  { id: 'containers', height: 'h-42' },
  { id: 'alerts', height: 'h-42' },
  { id: 'jobs', height: 'h-42' },
];

function LoadingTiles() {
  return (
    <div role="status" className="grid gap-4 lg:grid-cols-2">
      <span className="sr-only">{copy.loading}</span>
      <Delayed>
        {loading.map(({ id, height }) => (
          <Panel
            key={id}
            className={classNames('flex flex-col gap-4 p-4 md:p-6', height, wide.has(id) && 'lg:col-span-2')}
          >
            <Skeleton className="w-1/4" />
            <Skeleton className="w-1/2" />
          </Panel>
        ))}
      </Delayed>
    </div>
  );
}

/** Tiles that take the whole width. */
const wide = new Set<TileId>(['attention', 'system']);

interface TilesProps {
  overview: Overview;
  layout: Layout;
  onArrange: () => void;
}

function Tiles({ overview, layout, onArrange }: TilesProps) {
  const shown = layout.tiles.filter(({ id, isHidden }) => !isHidden && isPresent(overview, id));
  return (
    <>
      <div className="grid gap-4 lg:grid-cols-2">
        {shown.map(({ id }) => (
          <div key={id} data-tile={id} className={wide.has(id) ? 'min-w-0 lg:col-span-2' : 'min-w-0'}>
            {tileFor(id, overview)}
          </div>
        ))}
      </div>
      {shown.length === 0 && (
        <Panel>
          <EmptyState icon={LayoutDashboard} title={copy.allHidden.title}>
            <p>{copy.allHidden.text}</p>
          </EmptyState>
        </Panel>
      )}
      <Button icon={SlidersHorizontal} className="self-end" onClick={onArrange}>
        {copy.arrangeAction}
      </Button>
    </>
  );
}

function tileFor(id: TileId, { tiles, attention }: Overview) {
  switch (id) {
    case 'attention':
      return <AttentionTile attention={attention} />;
    case 'system':
      return <SystemTile tile={tiles.system} />;
    case 'containers':
      return <ContainersTile tile={tiles.containers} />;
    case 'alerts':
      return <AlertsTile tile={tiles.alerts} />;
    case 'jobs':
      return <JobsTile tile={tiles.jobs} />;
    case 'audit':
      return <AuditTile tile={tiles.audit} />;
    case 'links':
      return <LinksTile />;
    default:
      return id satisfies never;
  }
}
