import {
  Badge,
  Button,
  buttonClasses,
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
import { Link } from '@tanstack/react-router';
import { FilterX, FolderOpen, Blocks, PencilLine, Plus, SearchX } from 'lucide-react';
import {
  DataView,
  LoadMore,
  PageLink,
  TypedSearch,
  useMay,
  usePages,
  useUrlFilter,
} from '../../../web/feature.ts';
import type { Stack } from '../contract.ts';
import { copy, errorCopy } from './copy.ts';
import { readFilter, readState } from './filter.ts';
import { stacksQuery } from './queries.ts';
import { stateLook, StackStates } from './states.ts';

const columns: Column[] = [
  { id: 'name', title: copy.columns.name },
  { id: 'state', title: copy.columns.state, width: 'w-72' },
  { id: 'services', title: copy.columns.services, width: 'w-40' },
  { id: 'folder', title: copy.columns.folder, isWideOnly: true },
];

/** All compose stacks of the machine, changing live. */
export function StacksPage() {
  const [filter, change] = useUrlFilter(readFilter);
  const list = usePages(stacksQuery(filter));
  const mayOperate = useMay('stacks:operate');
  const isWide = useWideScreen();
  const rows = list.rows ?? [];
  const isFiltered = filter.search !== undefined || filter.state !== undefined;
  return (
    <Panel aria-label={copy.title} className="min-w-0">
      <search className="flex flex-wrap items-center gap-3 p-4 md:px-6">
        <TypedSearch
          text={filter.search ?? ''}
          label={copy.search}
          short={copy.searchShort}
          onChange={(search) => change({ search })}
        />
        <Select
          aria-label={copy.columns.state}
          value={filter.state ?? ''}
          onChange={(event) => change({ state: readState(event.target.value) })}
          className="w-36 shrink-0 md:w-44"
        >
          <option value="">{copy.anyState}</option>
          {StackStates.map((state) => (
            <option key={state} value={state}>
              {copy.states[state]}
            </option>
          ))}
        </Select>
        {mayOperate && (
          <Link to="/stacks/new" className={buttonClasses('primary')}>
            <Plus aria-hidden size={16} />
            {copy.create}
          </Link>
        )}
      </search>
      <DataView query={list} label={copy.loading} copy={errorCopy}>
        {() =>
          rows.length === 0 ? (
            <Nothing
              isFiltered={isFiltered}
              onClear={() => change({ search: undefined, state: undefined })}
            />
          ) : isWide ? (
            <StackTable rows={rows} />
          ) : (
            <StackCards rows={rows} />
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
  );
}

function StackTable({ rows }: { rows: Stack[] }) {
  return (
    <Table label={copy.title} columns={columns}>
      {rows.map((row) => (
        <Row key={row.name}>
          <Cell>
            <StackLink row={row} />
          </Cell>
          <Cell>
            <StackState row={row} />
          </Cell>
          <Cell className="figures text-soft">{servicesOf(row)}</Cell>
          <Cell isWideOnly translate="no" className="truncate text-soft" title={row.folder}>
            <bdi>{row.folder}</bdi>
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function StackCards({ rows }: { rows: Stack[] }) {
  return (
    <ul aria-label={copy.title}>
      {rows.map((row) => (
        <li key={row.name} className="flex flex-col gap-2 border-t border-hairline p-4">
          <StackLink row={row} />
          <StackState row={row} />
          <p className="figures text-sm text-muted">{servicesOf(row)}</p>
        </li>
      ))}
    </ul>
  );
}

function servicesOf({ running, services, state }: Stack): string {
  return state === 'not-created' ? '' : copy.running(running, services);
}

function StackLink({ row: { name } }: { row: Stack }) {
  return (
    <PageLink
      to={`/stacks/${encodeURIComponent(name)}`}
      translate="no"
      title={name}
      className="block min-h-6 truncate font-semibold underline-offset-4 hover:text-link hover:underline"
    >
      <bdi>{name}</bdi>
    </PageLink>
  );
}

/** The state of a stack, and what of its files or containers wants a look. */
export function StackState({ row }: { row: Stack }) {
  const { tone, icon, word } = stateLook(row.state);
  return (
    <span className="flex flex-wrap items-center gap-2">
      <StatusPill tone={tone} icon={icon}>
        {word}
      </StatusPill>
      {row.unhealthy > 0 && <Badge>{copy.unhealthy(row.unhealthy)}</Badge>}
      {(row.drift === 'edited' || row.drift === 'invalid') && (
        <StatusPill tone="degraded" icon={PencilLine}>
          {copy.drifts[row.drift]}
        </StatusPill>
      )}
      {row.place !== 'managed' && (
        <StatusPill tone="neutral" icon={FolderOpen}>
          {copy.elsewhere}
        </StatusPill>
      )}
    </span>
  );
}

function Nothing({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  const mayOperate = useMay('stacks:operate');
  if (isFiltered) {
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
  return (
    <EmptyState
      icon={Blocks}
      title={copy.none.title}
      action={
        mayOperate && (
          <Link to="/stacks/new" className={buttonClasses('primary')}>
            {copy.create}
          </Link>
        )
      }
    >
      <p>{copy.none.text}</p>
    </EmptyState>
  );
}
