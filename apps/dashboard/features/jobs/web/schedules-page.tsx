import {
  Button,
  Cell,
  type Column,
  EmptyState,
  formatDuration,
  Panel,
  Row,
  StatusPill,
  Table,
  Time,
  useWideScreen,
} from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { CalendarClock, CircleCheck, CircleX, Clock, Play } from 'lucide-react';
import { DataView, useMay, useRowKeys } from '../../../web/feature.ts';
import type { Schedule } from '../contract.ts';
import { useRunSchedule } from './changes.ts';
import { copy } from './copy.ts';
import { JobsTabs } from './jobs-tabs.tsx';
import { schedulesQuery } from './queries.ts';

const columns: Column[] = [
  { id: 'name', title: copy.schedules.columns.name },
  { id: 'every', title: copy.schedules.columns.every, width: 'w-28', align: 'right', isWideOnly: true },
  { id: 'next', title: copy.schedules.columns.next, width: 'w-30' },
  { id: 'last', title: copy.schedules.columns.last, width: 'w-48 xl:w-64' },
  { id: 'actions', title: copy.schedules.columns.actions, width: 'w-40', isTitleHidden: true },
];

/** What NebulaCommand does again and again by itself. */
export function SchedulesPage() {
  const isWide = useWideScreen();
  const schedules = useQuery(schedulesQuery);
  const place = useRowKeys<HTMLDivElement>();
  return (
    <>
      <JobsTabs />
      <Panel aria-label={copy.schedules.title}>
        <DataView query={schedules} label={copy.schedules.loading}>
          {({ items }) => {
            if (items.length === 0) return <Nothing />;
            return (
              <div ref={place}>
                {isWide ? <ScheduleTable schedules={items} /> : <ScheduleList schedules={items} />}
              </div>
            );
          }}
        </DataView>
      </Panel>
    </>
  );
}

function ScheduleTable({ schedules }: { schedules: Schedule[] }) {
  return (
    <Table label={copy.schedules.title} columns={columns}>
      {schedules.map((schedule) => (
        <Row key={schedule.name}>
          <Cell>
            <Name schedule={schedule} />
          </Cell>
          <Cell align="right" isWideOnly className="figures text-soft">
            {formatDuration(schedule.everySeconds * 1000)}
          </Cell>
          <Cell className="text-soft">
            <Time at={schedule.nextAt} />
          </Cell>
          <Cell>
            <Last schedule={schedule} />
          </Cell>
          <Cell align="right">
            <RunNow schedule={schedule} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function ScheduleList({ schedules }: { schedules: Schedule[] }) {
  return (
    <ul aria-label={copy.schedules.title}>
      {schedules.map((schedule) => (
        <li
          key={schedule.name}
          data-row
          className="flex flex-col gap-3 border-t border-hairline p-4 first:border-t-0"
        >
          <Name schedule={schedule} />
          <p className="flex flex-wrap gap-x-3 text-sm text-soft">
            <span>{copy.schedules.every(formatDuration(schedule.everySeconds * 1000))}</span>
            <span>
              {copy.schedules.columns.next} <Time at={schedule.nextAt} />
            </span>
          </p>
          <div>
            <Last schedule={schedule} />
          </div>
          <RunNow schedule={schedule} />
        </li>
      ))}
    </ul>
  );
}

function Name({ schedule }: { schedule: Schedule }) {
  const title = copy.schedules.names[schedule.name];
  return (
    <div className="min-w-0">
      {title !== undefined && <p className="break-words">{title}</p>}
      <code translate="no" className="block truncate font-mono text-sm text-muted" title={schedule.name}>
        {schedule.name}
      </code>
    </div>
  );
}

function Last({ schedule: { last } }: { schedule: Schedule }) {
  if (last === null) {
    return (
      <StatusPill tone="neutral" icon={Clock}>
        {copy.schedules.notYet}
      </StatusPill>
    );
  }
  return (
    <div className="min-w-0">
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StatusPill tone={last.succeeded ? 'up' : 'down'} icon={last.succeeded ? CircleCheck : CircleX}>
          {last.succeeded ? copy.schedules.succeeded : copy.schedules.failed}
        </StatusPill>
        <span className="text-sm text-soft">
          <Time at={last.finishedAt} />
        </span>
      </span>
      {last.error !== null && (
        <p translate="no" className="mt-1 line-clamp-2 break-words text-sm text-soft">
          {last.error}
        </p>
      )}
    </div>
  );
}

function RunNow({ schedule }: { schedule: Schedule }) {
  const mayOperate = useMay('jobs:operate');
  const run = useRunSchedule(schedule.name);
  if (!mayOperate) return null;
  return (
    <Button
      icon={Play}
      isBusy={run.isPending}
      onClick={() => run.mutate()}
      aria-label={copy.schedules.run.label(schedule.name)}
    >
      {copy.schedules.run.action}
    </Button>
  );
}

function Nothing() {
  return (
    <EmptyState icon={CalendarClock} title={copy.schedules.none.title}>
      <p>{copy.schedules.none.text}</p>
    </EmptyState>
  );
}
