import { Button, EmptyState, Panel, Segments, Select } from '@nebula/ui';
import { CircleCheck, Eye, FilterX, SearchX } from 'lucide-react';
import {
  DataView,
  LoadMore,
  TypedSearch,
  useMay,
  usePages,
  useRowKeys,
  useUrlFilter,
} from '../../../web/feature.ts';
import { AlertsTabs } from './alerts-tabs.tsx';
import { useAcknowledge } from './changes.ts';
import { copy } from './copy.ts';
import { readIncidentFilter, readSeverity, severities } from './filter.ts';
import { IncidentList } from './incident-list.tsx';
import { incidentsQuery } from './queries.ts';

const states = [
  { value: 'open', title: copy.states.open },
  { value: 'closed', title: copy.states.closed },
  { value: 'all', title: copy.states.all },
] as const;

/** What is wrong now, and what was. */
export function AlertsPage() {
  const [filter, change] = useUrlFilter(readIncidentFilter);
  const list = usePages(incidentsQuery(filter));
  const mayOperate = useMay('alerts:operate');
  const acknowledge = useAcknowledge();
  const place = useRowKeys<HTMLElement>();
  const rows = list.rows ?? [];
  const state = filter.state ?? 'open';
  const isFiltered =
    filter.severity !== undefined || filter.search !== undefined || filter.subject !== undefined;
  const waiting = rows.filter(({ closedAt, acknowledgedAt }) => closedAt === null && acknowledgedAt === null);
  return (
    <>
      <AlertsTabs />
      <Panel ref={place} aria-label={copy.title}>
        <search className="flex flex-wrap items-center gap-3 p-4 md:px-6">
          <Segments
            label={copy.state}
            options={states}
            value={state}
            onChange={(next) => change({ state: next === 'open' ? undefined : next })}
          />
          <Select
            aria-label={copy.severity}
            value={filter.severity ?? ''}
            onChange={(event) => change({ severity: readSeverity(event.target.value) })}
            className="w-36"
          >
            <option value="">{copy.anySeverity}</option>
            {severities.map((severity) => (
              <option key={severity} value={severity}>
                {copy.severities[severity]}
              </option>
            ))}
          </Select>
          <TypedSearch
            label={copy.search}
            short={copy.searchShort}
            text={filter.search ?? ''}
            onChange={(search) => change({ search: search === '' ? undefined : search })}
            className="w-full md:w-auto md:min-w-56 md:flex-1"
          />
          {filter.subject !== undefined && <p className="text-sm text-soft">{copy.ofSubject}</p>}
          {isFiltered && (
            <Button
              tone="ghost"
              icon={FilterX}
              onClick={() => change({ severity: undefined, search: undefined, subject: undefined })}
            >
              {copy.clearFilter}
            </Button>
          )}
          {mayOperate && waiting.length > 1 && (
            <Button
              icon={Eye}
              isBusy={acknowledge.isPending}
              onClick={() => acknowledge.mutate(waiting.map(({ id }) => id))}
            >
              {copy.acknowledgeAll}
            </Button>
          )}
        </search>
        <DataView query={list} label={copy.loading}>
          {() =>
            rows.length === 0 ? (
              <Nothing isFiltered={isFiltered} state={state} />
            ) : (
              <IncidentList incidents={rows} />
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

function Nothing({ isFiltered, state }: { isFiltered: boolean; state: string }) {
  const words = isFiltered ? copy.noMatch : state === 'open' ? copy.none : copy.noHistory;
  return (
    <EmptyState icon={isFiltered ? SearchX : CircleCheck} title={words.title}>
      <p>{words.text}</p>
    </EmptyState>
  );
}
