import { Button, buttonClasses, EmptyState, LoadingRows, Panel, useWideScreen } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Boxes, FilterX, type LucideIcon, PlugZap, Plus, RefreshCw, SearchX } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useState } from 'react';
import { DataView, useChunk, useMay, usePages, useRowKeys, useUrlFilter } from '../../../web/feature.ts';
import { AskHost } from './ask-host.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { useCheckUpdates } from './changes.ts';
import { ContainerCards, ContainerTable } from './container-table.tsx';
import { copy } from './copy.ts';
import { EngineBanner } from './engine-banner.tsx';
import { filterOf, type Place, readPlace } from './filter.ts';
import { FilterBar } from './filter-bar.tsx';
import { groupRows, type Line, linesOf } from './groups.ts';
import type { ContainerRow } from './patch.ts';
import { containersQuery, engineQuery } from './queries.ts';
import { keepSelected, toggleSelected, useSelection } from './selection.ts';

const noFilter = {
  search: undefined,
  state: undefined,
  health: undefined,
  project: undefined,
  update: undefined,
};
const noRows: ContainerRow[] = [];

/** All containers of the machine, changing live. */
export function ContainersPage() {
  const [place, change] = useUrlFilter(readPlace);
  const list = usePages(containersQuery(filterOf(place)));
  const engine = useQuery(engineQuery);
  const rows = list.rows ?? noRows;
  useEffect(() => {
    // Counts of projects and the selection are about all containers, so all pages are loaded, one after the other.
    if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
  });
  const { search, state, health, project, update } = place;
  const isFiltered = [search, state, health, project, update].some((word) => word !== undefined);
  const isEngineAway = engine.data?.isReachable === false && rows.length === 0;
  const projects = useProjects(rows);
  return (
    <>
      {engine.data?.isReachable === false && <EngineBanner engine={engine.data} />}
      <Panel aria-label={copy.title} className="min-w-0">
        <Head />
        <FilterBar place={place} projects={projects} onChange={change} />
        {(isEngineAway || rows.length === 0) && (
          <>
            {isEngineAway ? (
              <Nothing icon={PlugZap} words={copy.noEngineList} />
            ) : (
              <DataView
                query={list}
                label={copy.loading}
                loading={<LoadingRows label={copy.loading} rows={8} />}
              >
                {() =>
                  isFiltered ? (
                    <NoMatch onClear={() => change(noFilter)} />
                  ) : (
                    <Nothing icon={Boxes} words={copy.none} />
                  )
                }
              </DataView>
            )}
          </>
        )}
      </Panel>
      {rows.length > 0 && (
        <DataView query={list} label={copy.loading}>
          {() => <Rows rows={rows} place={place} isWhole={!list.hasNextPage} />}
        </DataView>
      )}
      <AskHost />
    </>
  );
}

/** Projects once seen stay in the choice although a filter hides them. */
function useProjects(rows: ContainerRow[]): string[] {
  const [seen] = useState(() => new Set<string>());
  for (const { project } of rows) if (project !== null) seen.add(project);
  return [...seen].sort();
}

function Head() {
  const mayOperate = useMay('containers:operate');
  const mayCheck = useMay('images:operate');
  const check = useCheckUpdates();
  if (!mayOperate && !mayCheck) return null;
  return (
    <div className="flex flex-wrap justify-end gap-2 px-4 pt-4 md:px-6">
      {mayCheck && (
        <Button icon={RefreshCw} isBusy={check.isPending} onClick={() => check.mutate()}>
          {copy.checkUpdates}
        </Button>
      )}
      {mayOperate && (
        <Link to="/containers/new" className={buttonClasses('primary')}>
          <Plus aria-hidden size={16} />
          {copy.create}
        </Link>
      )}
    </div>
  );
}

function Rows({ rows, place, isWhole }: { rows: ContainerRow[]; place: Place; isWhole: boolean }) {
  const isWide = useWideScreen();
  const maySelect = useMay('containers:operate');
  const selection = useSelection();
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const keysPlace = useRowKeys<HTMLDivElement>();
  const isGrouped = place.group !== 'no' && rows.some(({ project }) => project !== null);
  const lines = useMemo<Line[]>(
    () => (isGrouped ? linesOf(groupRows(rows), closed) : rows.map((row) => ({ kind: 'row', row }))),
    [isGrouped, rows, closed],
  );
  const { count, end } = useChunk(lines.length);
  const [toggle] = useState(() => (key: string) => setClosed((before) => toggled(before, key)));
  useEffect(() => {
    if (!isWhole) return;
    const ids = new Set(rows.map(({ id }) => id));
    keepSelected((id) => ids.has(id));
  }, [rows, isWhole]);
  const selected = useMemo(() => rows.filter(({ id }) => selection.has(id)), [rows, selection]);
  const List = isWide ? ContainerTable : ContainerCards;
  return (
    <div ref={keysPlace} onKeyDown={selectFocused} className="flex min-w-0 flex-col gap-3">
      <div className={isWide ? 'card min-w-0 overflow-clip' : undefined}>
        <List
          lines={lines.slice(0, count)}
          isGrouped={isGrouped}
          maySelect={maySelect}
          onToggleGroup={toggle}
        />
        <div ref={end} />
      </div>
      <p className="figures px-2 text-sm text-muted" role="status">
        {copy.shown(rows.length)}
        {!isWhole && ` · ${copy.loadingRest}`}
      </p>
      <BulkBar rows={selected} />
    </div>
  );
}

function toggled(before: ReadonlySet<string>, key: string): Set<string> {
  const next = new Set(before);
  if (!next.delete(key)) next.add(key);
  return next;
}

/** `x` selects the row that has the focus; heard only there, so it takes no key away from anything else. */
function selectFocused(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'x' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!(event.target instanceof Element) || event.target.closest('[role="dialog"], [role="menu"]') !== null)
    return;
  const id = event.target.closest('[data-container]')?.getAttribute('data-container');
  if (id === null || id === undefined) return;
  event.preventDefault();
  toggleSelected(id);
}

function Nothing({ icon, words }: { icon: LucideIcon; words: { title: string; text: string } }) {
  return (
    <EmptyState icon={icon} title={words.title}>
      <p>{words.text}</p>
    </EmptyState>
  );
}

function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title={copy.noMatch.title}
      action={
        <Button icon={FilterX} onClick={onClear}>
          {copy.clearFilter}
        </Button>
      }
    >
      <p>{copy.noMatch.text}</p>
    </EmptyState>
  );
}
