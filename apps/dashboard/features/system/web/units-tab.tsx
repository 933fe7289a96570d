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
  useWideScreen,
} from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { FilterX, SearchX, ServerOff } from 'lucide-react';
import { DataView, LoadMore, PageLink, usePages, TypedSearch } from '../../../web/feature.ts';
import type { Unit } from '../contract.ts';
import { copy, errorCopy } from './copy.ts';
import { readActive, type View } from './filter.ts';
import { unitsQuery, unitsSummaryQuery } from './queries.ts';
import { unitLook } from './unit-look.ts';

const words = copy.units;
const columns: Column[] = [
  { id: 'name', title: words.name },
  { id: 'state', title: words.state, width: 'w-56' },
  { id: 'description', title: words.description, isWideOnly: true },
];

interface TabProps {
  view: View;
  onChange: (changes: Partial<View>) => void;
}

/** Units of systemd, or that there is none here. */
export function UnitsTab({ view, onChange }: TabProps) {
  const summary = useQuery(unitsSummaryQuery);
  return (
    <Panel aria-label={words.title} className="min-w-0">
      <DataView query={summary} label={words.loading} copy={errorCopy}>
        {({ absence, failed }) =>
          absence === null ? (
            <UnitList view={view} onChange={onChange} failed={failed} />
          ) : (
            <EmptyState icon={ServerOff} title={words.absent}>
              <p>{absence}</p>
              <p className="mt-2 text-muted">{words.absentNext}</p>
            </EmptyState>
          )
        }
      </DataView>
    </Panel>
  );
}

function UnitList({ view, onChange, failed }: TabProps & { failed: number }) {
  const isWide = useWideScreen();
  const list = usePages(unitsQuery(view));
  const rows = list.rows ?? [];
  const isFiltered = view.search !== undefined || view.active !== undefined;
  return (
    <>
      <search className="flex flex-wrap items-center gap-3 p-4 md:px-6">
        <TypedSearch
          text={view.search ?? ''}
          label={words.search}
          short={words.searchShort}
          onChange={(search) => onChange({ search })}
        />
        <Select
          aria-label={words.state}
          value={view.active ?? ''}
          onChange={(event) => onChange({ active: readActive(event.target.value) })}
          className="w-36 shrink-0 md:w-44"
        >
          <option value="">{words.anyState}</option>
          {(['active', 'inactive', 'failed'] as const).map((active) => (
            <option key={active} value={active}>
              {words.states[active]}
            </option>
          ))}
        </Select>
        <p className="w-full text-sm text-muted" role="status">
          {words.failed(failed)}
        </p>
      </search>
      <DataView query={list} label={words.loading} copy={errorCopy}>
        {() =>
          rows.length === 0 ? (
            <Nothing
              isFiltered={isFiltered}
              onClear={() => onChange({ search: undefined, active: undefined })}
            />
          ) : isWide ? (
            <UnitTable rows={rows} />
          ) : (
            <UnitCards rows={rows} />
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
    </>
  );
}

function UnitTable({ rows }: { rows: Unit[] }) {
  return (
    <Table label={words.title} columns={columns}>
      {rows.map((row) => (
        <Row key={row.name}>
          <Cell>
            <UnitLink row={row} />
          </Cell>
          <Cell>
            <State row={row} />
          </Cell>
          <Cell isWideOnly translate="no" className="truncate text-soft" title={row.description}>
            {row.description}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function UnitCards({ rows }: { rows: Unit[] }) {
  return (
    <ul aria-label={words.title}>
      {rows.map((row) => (
        <li key={row.name} className="flex flex-col gap-2 border-t border-hairline p-4">
          <UnitLink row={row} />
          <p translate="no" className="truncate text-sm text-muted">
            {row.description}
          </p>
          <State row={row} />
        </li>
      ))}
    </ul>
  );
}

function UnitLink({ row: { name } }: { row: Unit }) {
  return (
    <PageLink
      to={`/system/units/${encodeURIComponent(name)}`}
      translate="no"
      title={name}
      className="block min-h-6 truncate font-semibold underline-offset-4 hover:text-link hover:underline"
    >
      {name}
    </PageLink>
  );
}

function State({ row }: { row: Unit }) {
  const { tone, icon, word } = unitLook(row);
  return (
    <span className="flex flex-wrap items-center gap-2">
      <StatusPill tone={tone} icon={icon}>
        {word}
      </StatusPill>
      <span className="text-sm text-muted">{row.sub}</span>
    </span>
  );
}

function Nothing({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  const text = isFiltered ? words.noMatch : words.none;
  const action = (
    <Button icon={FilterX} onClick={onClear}>
      {words.clearFilter}
    </Button>
  );
  return (
    <EmptyState icon={SearchX} title={text.title} action={isFiltered ? action : undefined}>
      <p>{text.text}</p>
    </EmptyState>
  );
}
