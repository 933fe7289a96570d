import {
  Button,
  Cell,
  type Column,
  EmptyState,
  Panel,
  Row,
  Select,
  StatusPill,
  Table,
  Time,
  useWideScreen,
} from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { FilterX, Inbox, SearchX } from 'lucide-react';
import { DataView, LoadMore, type Search, usePages, useRowKeys, useUrlFilter } from '../../../web/feature.ts';
import type { QueuedJob, QueuedState } from '../contract.ts';
import { copy } from './copy.ts';
import { JobsTabs } from './jobs-tabs.tsx';
import { queuedQuery, queuesQuery } from './queries.ts';
import { QueuedActions } from './queued-actions.tsx';
import { queuedLook, queuedStates, readQueuedState, totals } from './queued-look.ts';

const columns: Column[] = [
  { id: 'name', title: copy.queue.columns.name },
  { id: 'state', title: copy.queue.columns.state, width: 'w-36' },
  { id: 'tries', title: copy.queue.columns.tries, width: 'w-24', align: 'right', isWideOnly: true },
  { id: 'due', title: copy.queue.columns.due, width: 'w-30 xl:w-36' },
  { id: 'actions', title: copy.queue.columns.actions, width: 'w-60', isTitleHidden: true },
];

/** Takes the filter from the address; what is not valid is left out. */
export function readQueueFilter({ state }: Search): { state?: QueuedState | undefined } {
  return { state: readQueuedState(state) };
}

/** Background jobs that have not succeeded yet; looked at again every few seconds while the page is open. */
export function QueuePage() {
  const [filter, change] = useUrlFilter(readQueueFilter);
  const isWide = useWideScreen();
  const list = usePages(queuedQuery(filter));
  const rows = list.rows ?? [];
  const place = useRowKeys<HTMLDivElement>();
  return (
    <>
      <JobsTabs />
      <Panel aria-label={copy.queue.title}>
        <search className="flex flex-wrap items-center gap-3 p-4 md:px-6">
          <Select
            aria-label={copy.state}
            value={filter.state ?? ''}
            onChange={(event) => change({ state: readQueuedState(event.target.value) })}
            className="w-44"
          >
            <option value="">{copy.anyState}</option>
            {queuedStates.map((state) => (
              <option key={state} value={state}>
                {queuedLook(state).word}
              </option>
            ))}
          </Select>
          {filter.state !== undefined && (
            <Button tone="ghost" icon={FilterX} onClick={() => change({ state: undefined })}>
              {copy.clearFilter}
            </Button>
          )}
          <Counts />
        </search>
        <DataView query={list} label={copy.queue.loading}>
          {() => {
            if (rows.length === 0) return <Nothing isFiltered={filter.state !== undefined} />;
            return <div ref={place}>{isWide ? <JobTable jobs={rows} /> : <JobList jobs={rows} />}</div>;
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

function Counts() {
  const queues = useQuery(queuesQuery);
  if (queues.data === undefined) return null;
  const sum = totals(queues.data.items);
  return (
    <p className="figures ml-auto text-sm text-soft">
      {copy.queue.counts(sum.running, sum.waiting, sum.dead)}
    </p>
  );
}

function JobTable({ jobs }: { jobs: QueuedJob[] }) {
  return (
    <Table label={copy.queue.title} columns={columns}>
      {jobs.map((job) => (
        <Row key={job.id}>
          <Cell>
            <NameAndReason job={job} />
          </Cell>
          <Cell>
            <State job={job} />
          </Cell>
          <Cell align="right" isWideOnly className="figures text-soft">
            {copy.queue.tries(job.attempts, job.maxAttempts)}
          </Cell>
          <Cell className="text-soft">
            <Time at={job.startedAt ?? job.runAt} />
          </Cell>
          <Cell align="right">
            <QueuedActions job={job} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function JobList({ jobs }: { jobs: QueuedJob[] }) {
  return (
    <ul aria-label={copy.queue.title}>
      {jobs.map((job) => (
        <li key={job.id} data-row className="flex flex-col gap-3 border-t border-hairline p-4">
          <NameAndReason job={job} />
          <div className="flex flex-wrap items-center gap-3 text-sm text-muted">
            <State job={job} />
            <span className="figures">{copy.queue.tries(job.attempts, job.maxAttempts)}</span>
            <span className="ml-auto">
              <Time at={job.startedAt ?? job.runAt} />
            </span>
          </div>
          <QueuedActions job={job} />
        </li>
      ))}
    </ul>
  );
}

function NameAndReason({ job }: { job: QueuedJob }) {
  return (
    <div className="min-w-0">
      <code translate="no" className="block truncate font-mono text-sm" title={job.name}>
        {job.name}
      </code>
      {job.error !== null && (
        <p translate="no" className="mt-1 line-clamp-2 break-words text-sm text-soft">
          {job.error}
        </p>
      )}
    </div>
  );
}

function State({ job }: { job: QueuedJob }) {
  const { tone, icon, word } = queuedLook(job.state);
  return (
    <StatusPill tone={tone} icon={icon}>
      {word}
    </StatusPill>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  const words = isFiltered ? copy.queue.noMatch : copy.queue.none;
  return (
    <EmptyState icon={isFiltered ? SearchX : Inbox} title={words.title}>
      <p>{words.text}</p>
    </EmptyState>
  );
}
