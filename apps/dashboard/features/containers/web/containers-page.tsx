import { Button, EmptyState, LoadingRows, Panel, SearchInput, Select, useWideScreen } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Boxes, FilterX, type LucideIcon, PlugZap, SearchX } from 'lucide-react';
import { useEffect, useState } from 'react';
import { DataView, LoadMore, usePages, useUrlFilter } from '../../../web/feature.ts';
import { ContainerCards, ContainerTable } from './container-table.tsx';
import { copy } from './copy.ts';
import { EngineBanner } from './engine-banner.tsx';
import { type Filter, readFilter, readState } from './filter.ts';
import { containersQuery, engineQuery } from './queries.ts';
import { stateChoices } from './state-look.ts';

/** All containers of the machine, changing live. */
export function ContainersPage() {
  const [filter, change] = useUrlFilter(readFilter);
  const isWide = useWideScreen();
  const list = usePages(containersQuery(filter));
  const engine = useQuery(engineQuery);
  const rows = list.rows ?? [];
  const isFiltered = filter.search !== undefined || filter.state !== undefined;
  const isTable = isWide || rows.length === 0;
  const isEngineAway = engine.data?.isReachable === false && rows.length === 0;
  const body = isEngineAway ? (
    <Nothing icon={PlugZap} words={copy.noEngineList} />
  ) : (
    <DataView query={list} label={copy.loading} loading={<LoadingRows label={copy.loading} rows={8} />}>
      {() => {
        if (rows.length === 0 && isFiltered)
          return <NoMatch onClear={() => change({ search: undefined, state: undefined })} />;
        if (rows.length === 0) return <Nothing icon={Boxes} words={copy.none} />;
        return isWide ? <ContainerTable rows={rows} /> : <ContainerCards rows={rows} />;
      }}
    </DataView>
  );
  const foot = rows.length > 0 && (
    <LoadMore
      shown={rows.length}
      hasMore={list.hasNextPage}
      isLoading={list.isFetchingNextPage}
      onMore={() => void list.fetchNextPage()}
    />
  );
  return (
    <>
      {engine.data?.isReachable === false && <EngineBanner engine={engine.data} />}
      <Panel aria-label={copy.title} className="min-w-0">
        <FilterBar filter={filter} onChange={change} />
        {isTable && body}
        {isTable && foot}
      </Panel>
      {!isTable && body}
      {!isTable && <Panel>{foot}</Panel>}
    </>
  );
}

function FilterBar({ filter, onChange }: { filter: Filter; onChange: (changes: Partial<Filter>) => void }) {
  return (
    <search className="flex gap-3 p-4 md:px-6">
      <SearchBox text={filter.search ?? ''} onChange={(search) => onChange({ search })} />
      <Select
        aria-label={copy.state}
        value={filter.state ?? ''}
        onChange={(event) => onChange({ state: readState(event.target.value) })}
        className="w-32 shrink-0 md:w-44"
      >
        <option value="">{copy.anyState}</option>
        {stateChoices.map(({ state, word }) => (
          <option key={state} value={state}>
            {word}
          </option>
        ))}
      </Select>
    </search>
  );
}

/** Holds what is typed; the address, and with it the list, follows when the typing pauses. */
function SearchBox({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const isWide = useWideScreen();
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed === text) return undefined;
    const timer = setTimeout(() => onChange(typed), 250);
    return () => clearTimeout(timer);
  });
  return (
    <SearchInput
      aria-label={copy.search}
      placeholder={isWide ? copy.search : copy.searchShort}
      value={typed}
      maxLength={100}
      onChange={(event) => setTyped(event.target.value)}
      className="min-w-0 flex-1"
    />
  );
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
