import { Badge, Button, EmptyState, Panel, PanelHeader, StatusPill, Time } from '@nebula/ui';
import { CircleDashed, History, Undo2 } from 'lucide-react';
import { DataView, LoadMore, PageLink, useMay, usePages, useUrlFilter } from '../../../web/feature.ts';
import type { RecordChange } from '../contract.ts';
import { useUndo } from './changes.ts';
import { ValueList } from './conflict-panel.tsx';
import { copy, errorCopy } from './copy.ts';
import { DnsTabs } from './dns-tabs.tsx';
import { changesQuery } from './queries.ts';

const words = copy.changes;

/** What was changed here, with what was there before. */
export function ChangesPage() {
  const [filter] = useUrlFilter((given) => ({ providerId: given['provider'], zone: given['zone'] }));
  const list = usePages(changesQuery(filter));
  const rows = list.rows ?? [];
  return (
    <>
      <DnsTabs />
      <Panel aria-labelledby="dns-changes">
        <PanelHeader id="dns-changes" title={words.title} description={words.text} />
        <DataView query={list} label={words.loading} copy={errorCopy}>
          {() =>
            rows.length === 0 ? (
              <EmptyState icon={History} title={words.none.title}>
                <p>{words.none.text}</p>
              </EmptyState>
            ) : (
              <ul aria-label={words.title}>
                {rows.map((row) => (
                  <ChangeRow key={row.id} row={row} />
                ))}
              </ul>
            )
          }
        </DataView>
        {rows.length > 0 && (
          <LoadMore
            shown={rows.length}
            hasMore={list.hasNextPage}
            isLoading={list.isFetchingNextPage}
            onMore={() => void list.fetchNextPage()}
          />
        )}
      </Panel>
    </>
  );
}

function ChangeRow({ row }: { row: RecordChange }) {
  const mayWrite = useMay('dns:write');
  const undo = useUndo(row);
  return (
    <li className="grid gap-x-6 gap-y-2 border-t border-hairline px-4 py-3 md:grid-cols-[minmax(0,14rem)_minmax(0,1fr)_minmax(0,1fr)_auto] md:px-6">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2">
          <span translate="no" className="font-semibold break-all">
            {row.name}
          </span>
          <Badge isData>{row.type}</Badge>
        </p>
        <p className="text-sm text-muted">
          <Time at={row.createdAt} /> <span translate="no">{row.actorName}</span>
        </p>
        <PageLink
          to={`/jobs/${row.runId}`}
          className="inline-flex min-h-11 items-center text-sm text-link underline-offset-4 hover:underline md:min-h-6"
        >
          {words.run}
        </PageLink>
      </div>
      <SideOf title={words.before} side={row.before} />
      <SideOf title={words.after} side={row.after} />
      <div className="flex items-start justify-end">
        {!row.isMade && (
          <StatusPill tone="paused" icon={CircleDashed}>
            {words.notMade}
          </StatusPill>
        )}
        {row.isMade && mayWrite && (
          <Button
            icon={Undo2}
            aria-label={words.undoOf(row.name)}
            isBusy={undo.isPending}
            onClick={() => undo.mutate()}
          >
            {words.undo}
          </Button>
        )}
      </div>
    </li>
  );
}

function SideOf({ title, side }: { title: string; side: RecordChange['before'] }) {
  return (
    <div className="min-w-0">
      <p className="text-sm text-muted">{title}</p>
      {side === null ? <p className="text-soft">{words.nothing}</p> : <ValueList values={side.values} />}
    </div>
  );
}
