import {
  Button,
  Cell,
  type Column,
  EmptyState,
  formatDuration,
  Panel,
  Row,
  Select,
  StatusPill,
  Table,
  Time,
  useWideScreen,
} from '@nebula/ui';
import { FilterX, SearchX, Workflow } from 'lucide-react';
import { DataView, LoadMore, PageLink, usePages, useRowKeys, useUrlFilter } from '../../../web/feature.ts';
import type { Run } from '../contract.ts';
import { copy } from './copy.ts';
import { JobsTabs } from './jobs-tabs.tsx';
import { readRunFilter, readRunState } from './filter.ts';
import { runsQuery } from './queries.ts';
import { runLook, runStateChoices, took } from './run-look.ts';

const columns: Column[] = [
  { id: 'title', title: copy.columns.title },
  { id: 'state', title: copy.columns.state, width: 'w-36' },
  { id: 'by', title: copy.columns.by, width: 'w-44', isWideOnly: true },
  { id: 'at', title: copy.columns.at, width: 'w-32' },
  { id: 'took', title: copy.columns.took, width: 'w-32', align: 'right' },
];

/** All runs, newest first, changing live. */
export function JobsPage() {
  const [filter, change] = useUrlFilter(readRunFilter);
  const isWide = useWideScreen();
  const list = usePages(runsQuery(filter));
  const rows = list.rows ?? [];
  const place = useRowKeys<HTMLElement>();
  const isFiltered = filter.state !== undefined || filter.targetId !== undefined;
  const clear = () => change({ state: undefined, targetId: undefined });
  return (
    <>
      <JobsTabs />
      <Panel ref={place} aria-label={copy.tabs.runs}>
        <search className="flex flex-wrap items-center gap-3 p-4 md:px-6">
          <Select
            aria-label={copy.state}
            value={filter.state ?? ''}
            onChange={(event) => change({ state: readRunState(event.target.value) })}
            className="w-44"
          >
            <option value="">{copy.anyState}</option>
            {runStateChoices.map(({ state, word }) => (
              <option key={state} value={state}>
                {word}
              </option>
            ))}
          </Select>
          {filter.targetId !== undefined && <p className="text-sm text-soft">{copy.ofTarget}</p>}
          {isFiltered && (
            <Button tone="ghost" icon={FilterX} onClick={clear}>
              {copy.clearFilter}
            </Button>
          )}
        </search>
        <DataView query={list} label={copy.loading}>
          {() => {
            if (rows.length === 0) return <Nothing isFiltered={isFiltered} />;
            return isWide ? <RunTable runs={rows} /> : <RunList runs={rows} />;
          }}
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

function RunTable({ runs }: { runs: Run[] }) {
  return (
    <Table label={copy.title} columns={columns}>
      {runs.map((run) => (
        <Row key={run.id}>
          <Cell>
            <RunLink run={run} />
          </Cell>
          <Cell>
            <RunState run={run} />
          </Cell>
          <Cell isWideOnly translate="no" className="truncate text-soft">
            {run.actor.name}
          </Cell>
          <Cell className="text-soft">
            <Time at={run.createdAt} />
          </Cell>
          <Cell align="right" className="figures text-soft">
            <Took run={run} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function RunList({ runs }: { runs: Run[] }) {
  return (
    <ul aria-label={copy.title}>
      {runs.map((run) => (
        <li key={run.id} data-row className="flex flex-col gap-2 border-t border-hairline p-4">
          <RunLink run={run} />
          <div className="flex flex-wrap items-center gap-3 text-sm text-muted">
            <RunState run={run} />
            <Time at={run.createdAt} />
            <span translate="no" className="ml-auto truncate">
              {run.actor.name}
            </span>
          </div>
        </li>
      ))}
    </ul>
  );
}

function RunLink({ run }: { run: Run }) {
  return (
    <div translate="no" className="min-w-0">
      <PageLink
        to={`/jobs/${run.id}`}
        title={run.title}
        className="block min-h-6 truncate font-semibold underline-offset-4 hover:text-link hover:underline"
      >
        {run.title}
      </PageLink>
      <p className="truncate text-sm text-muted" title={run.target.name}>
        {run.target.name}
      </p>
    </div>
  );
}

function RunState({ run }: { run: Run }) {
  const { tone, icon, word } = runLook(run.state);
  return (
    <StatusPill tone={tone} icon={icon}>
      {word}
    </StatusPill>
  );
}

function Took({ run }: { run: Run }) {
  const ms = run.finishedAt === null ? null : took(run.startedAt ?? run.createdAt, run.finishedAt, 0);
  return ms === null ? '—' : formatDuration(ms);
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  const words = isFiltered ? copy.noMatch : copy.none;
  return (
    <EmptyState icon={isFiltered ? SearchX : Workflow} title={words.title}>
      <p>{words.text}</p>
    </EmptyState>
  );
}
