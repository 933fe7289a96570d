import { Button, EmptyState, Panel, PanelHeader, Select, useWideScreen } from '@nebula/ui';
import { useParams } from '@tanstack/react-router';
import { ApiError } from '@nebula/contract/client';
import { FilterX, Globe, History, Plus, RefreshCw, SearchX } from 'lucide-react';
import { useState } from 'react';
import {
  BackLink,
  DataView,
  LoadMore,
  PageLink,
  TypedSearch,
  useMay,
  usePages,
  usePageTitle,
  useUrlFilter,
} from '../../../web/feature.ts';
import type { RecordSet } from '../contract.ts';
import { copy, errorCopy } from './copy.ts';
import { readRecordFilter, readType, type RecordFilter, types } from './filter.ts';
import { LookUp } from './look-up.tsx';
import { OtherRecords } from './other-records.tsx';
import { type Place, providersQuery, recordsQuery, totalsOf } from './queries.ts';
import { RecordCards, RecordTable } from './record-table.tsx';
import { RecordDialog } from './record-dialog.tsx';
import { RemoveRecordDialog } from './remove-record-dialog.tsx';
import { SpreadDialog } from './spread-dialog.tsx';

const words = copy.records;

/** What is asked about one set of records. */
export interface Asked {
  what: 'edit' | 'remove' | 'spread';
  record: RecordSet;
}

/** Records of one zone as they stand at its provider. */
export function RecordsPage() {
  const { provider = '', zone = '' }: { provider?: string; zone?: string } = useParams({ strict: false });
  usePageTitle(zone);
  return (
    <>
      <BackLink to="/dns">{copy.back}</BackLink>
      <Zone key={`${provider} ${zone}`} place={{ id: provider, zone }} />
    </>
  );
}

function Zone({ place }: { place: Place }) {
  const [filter, change] = useUrlFilter<RecordFilter>(readRecordFilter);
  const list = usePages(recordsQuery(place, filter));
  const provider = usePages(providersQuery).rows?.find(({ id }) => id === place.id);
  const mayWrite = useMay('dns:write');
  const [isAdding, setAdding] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const writable = provider?.lastCheck?.capabilities.types ?? types.filter((type) => type !== 'SOA');
  const isUnlisted = list.error instanceof ApiError && list.error.code === 'UNLISTED';
  const close = () => setAsked(null);
  return (
    <Panel aria-labelledby="dns-records" className="min-w-0">
      <PanelHeader
        id="dns-records"
        title={place.zone}
        isTitleData
        description={provider === undefined ? undefined : <span translate="no">{provider.name}</span>}
        actions={
          <>
            <Button icon={RefreshCw} isBusy={list.isFetching} onClick={() => void list.refetch()}>
              {words.refresh}
            </Button>
            {mayWrite && (
              <Button icon={Plus} tone="primary" onClick={() => setAdding(true)}>
                {words.add}
              </Button>
            )}
          </>
        }
      />
      {isUnlisted ? (
        <LookUp place={place} types={writable} mayWrite={mayWrite} onAsk={setAsked} />
      ) : (
        <>
          <Filter
            filter={filter}
            onChange={change}
            place={place}
            total={totalsOf(list.data?.pages[0]).total}
          />
          <DataView query={list} label={words.loading} copy={errorCopy}>
            {() => (
              <Sets
                rows={list.rows ?? []}
                filter={filter}
                mayWrite={mayWrite}
                onAsk={setAsked}
                onClear={() => change({ search: undefined, type: undefined })}
              />
            )}
          </DataView>
          {(list.rows ?? []).length > 0 && (
            <LoadMore
              shown={list.rows?.length ?? 0}
              hasMore={list.hasNextPage}
              isLoading={list.isFetchingNextPage}
              onMore={() => void list.fetchNextPage()}
            />
          )}
          <OtherRecords others={totalsOf(list.data?.pages[0]).others} />
        </>
      )}
      {isAdding && (
        <RecordDialog place={place} before={null} types={writable} onClose={() => setAdding(false)} />
      )}
      {asked?.what === 'edit' && (
        <RecordDialog place={place} before={asked.record} types={[asked.record.type]} onClose={close} />
      )}
      {asked?.what === 'remove' && <RemoveRecordDialog place={place} record={asked.record} onClose={close} />}
      {asked?.what === 'spread' && <SpreadDialog place={place} record={asked.record} onClose={close} />}
    </Panel>
  );
}

function Filter({
  filter,
  place,
  total,
  onChange,
}: {
  filter: RecordFilter;
  place: Place;
  total: number;
  onChange: (changes: Partial<RecordFilter>) => void;
}) {
  return (
    <search className="flex flex-wrap items-center gap-3 px-4 pb-4 md:px-6">
      <TypedSearch
        text={filter.search ?? ''}
        label={words.search}
        short={words.searchShort}
        onChange={(search) => onChange({ search })}
      />
      <Select
        aria-label={words.type}
        value={filter.type ?? ''}
        onChange={(event) => onChange({ type: readType(event.target.value) })}
        className="w-36 shrink-0"
      >
        <option value="">{words.anyType}</option>
        {types.map((type) => (
          <option key={type} value={type} translate="no">
            {type}
          </option>
        ))}
      </Select>
      <p className="flex w-full flex-wrap items-center justify-between gap-x-4 text-sm text-muted">
        <span role="status">{words.total(total)}</span>
        <PageLink
          to={`/dns/changes?provider=${place.id}&zone=${encodeURIComponent(place.zone)}`}
          className="inline-flex min-h-11 items-center gap-2 underline-offset-4 hover:text-link hover:underline md:min-h-6"
        >
          <History aria-hidden size={14} />
          {words.changes}
        </PageLink>
      </p>
    </search>
  );
}

function Sets({
  rows,
  filter,
  mayWrite,
  onAsk,
  onClear,
}: {
  rows: RecordSet[];
  filter: RecordFilter;
  mayWrite: boolean;
  onAsk: (asked: Asked) => void;
  onClear: () => void;
}) {
  const isWide = useWideScreen();
  const isFiltered = filter.search !== undefined || filter.type !== undefined;
  if (rows.length === 0) {
    const text = isFiltered ? words.noMatch : words.none;
    const action = (
      <Button icon={FilterX} onClick={onClear}>
        {words.clear}
      </Button>
    );
    return (
      <EmptyState
        icon={isFiltered ? SearchX : Globe}
        title={text.title}
        action={isFiltered ? action : undefined}
      >
        <p>{text.text}</p>
      </EmptyState>
    );
  }
  return isWide ? (
    <RecordTable rows={rows} mayWrite={mayWrite} onAsk={onAsk} />
  ) : (
    <RecordCards rows={rows} mayWrite={mayWrite} onAsk={onAsk} />
  );
}
