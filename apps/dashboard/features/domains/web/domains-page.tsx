import {
  Button,
  buttonClasses,
  Cell,
  type Column,
  EmptyState,
  LoadingRows,
  Panel,
  Row,
  Select,
  Table,
  useWideScreen,
} from '@nebula/ui';
import { Link } from '@tanstack/react-router';
import { FilterX, Plus, SearchX, Waypoints } from 'lucide-react';
import {
  DataView,
  LoadMore,
  PageLink,
  TypedSearch,
  useMay,
  usePages,
  useRowKeys,
  useUrlFilter,
} from '../../../web/feature.ts';
import type { Domain } from '../contract.ts';
import { CertificateWords } from './certificate-words.tsx';
import { copy } from './copy.ts';
import { TransferMenu } from './export-menu.tsx';
import { type DomainFilter, readDomainFilter, readStatus, statuses } from './filter.ts';
import { domainsQuery } from './queries.ts';
import { HealthOf, StatusOf } from './states.tsx';
import { TargetWords } from './target-words.tsx';

const columns: Column[] = [
  { id: 'name', title: copy.columns.name },
  { id: 'status', title: copy.columns.status, width: 'w-40' },
  { id: 'target', title: copy.columns.target, width: 'w-48 xl:w-64', isWideOnly: true },
  { id: 'certificate', title: copy.columns.certificate, width: 'w-44' },
  { id: 'health', title: copy.columns.health, width: 'w-34' },
];

/** All domains by name: how each stands, where it leads, how long its certificate lives. */
export function DomainsPage() {
  const [filter, change] = useUrlFilter(readDomainFilter);
  const isWide = useWideScreen();
  const list = usePages(domainsQuery(filter));
  const rows = list.rows ?? [];
  const place = useRowKeys<HTMLElement>();
  const mayWrite = useMay('domains:write');
  const isFiltered = filter.search !== undefined || filter.status !== undefined;
  return (
    <Panel ref={place} aria-label={copy.title} className="min-w-0">
      <div className="flex flex-wrap items-start gap-3 p-4 md:px-6">
        <FilterFields filter={filter} onChange={change} />
        {mayWrite && <AddLink />}
        <TransferMenu mayWrite={mayWrite} />
      </div>
      <DataView query={list} label={copy.loading} loading={<LoadingRows label={copy.loading} rows={6} />}>
        {() => {
          if (rows.length === 0 && !isFiltered) return <Nothing mayWrite={mayWrite} />;
          if (rows.length === 0) return <NoMatch onClear={() => change({ search: '', status: undefined })} />;
          return isWide ? <DomainTable domains={rows} /> : <DomainList domains={rows} />;
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
  );
}

function FilterFields({
  filter,
  onChange,
}: {
  filter: DomainFilter;
  onChange: (changes: Partial<DomainFilter>) => void;
}) {
  return (
    <search className="flex min-w-0 flex-1 basis-80 flex-wrap gap-3">
      <TypedSearch
        label={copy.search}
        short={copy.searchShort}
        text={filter.search ?? ''}
        maxLength={253}
        className="min-w-0 flex-1 basis-40"
        onChange={(search) => onChange({ search })}
      />
      <Select
        aria-label={copy.status}
        value={filter.status ?? ''}
        onChange={(event) => onChange({ status: readStatus(event.target.value) })}
        className="w-44"
      >
        <option value="">{copy.anyStatus}</option>
        {statuses.map((status) => (
          <option key={status} value={status}>
            {copy.statuses[status]}
          </option>
        ))}
      </Select>
    </search>
  );
}

function AddLink() {
  return (
    <Link to="/domains/new" className={buttonClasses('primary')}>
      <Plus aria-hidden size={16} />
      {copy.add}
    </Link>
  );
}

function DomainTable({ domains }: { domains: Domain[] }) {
  return (
    <Table label={copy.title} columns={columns}>
      {domains.map((domain) => (
        <Row key={domain.id}>
          <Cell>
            <NameLink domain={domain} />
          </Cell>
          <Cell>
            <StatusOf domain={domain} />
          </Cell>
          <Cell isWideOnly className="truncate text-soft">
            <TargetWords target={domain.target} />
          </Cell>
          <Cell>
            <CertificateWords certificate={domain.certificate} />
          </Cell>
          <Cell>
            <HealthOf health={domain.health} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function DomainList({ domains }: { domains: Domain[] }) {
  return (
    <ul aria-label={copy.title}>
      {domains.map((domain) => (
        <li key={domain.id} data-row className="flex flex-col gap-2 border-t border-hairline px-4 py-3">
          <NameLink domain={domain} />
          <p className="truncate text-sm text-soft">
            <TargetWords target={domain.target} />
          </p>
          <div className="flex flex-wrap items-center gap-3">
            <StatusOf domain={domain} />
            {domain.health !== null && <HealthOf health={domain.health} />}
          </div>
          {domain.certificate !== null && <CertificateWords certificate={domain.certificate} />}
        </li>
      ))}
    </ul>
  );
}

function NameLink({ domain: { id, name, problem } }: { domain: Domain }) {
  return (
    <div className="min-w-0" translate="no">
      <PageLink
        to={`/domains/${id}`}
        title={name}
        className="block min-h-11 truncate leading-11 font-semibold underline-offset-4 hover:text-link hover:underline md:min-h-6 md:leading-6"
      >
        <bdi>{name}</bdi>
      </PageLink>
      {problem !== null && (
        <p className="truncate text-sm text-muted" title={problem}>
          {problem}
        </p>
      )}
    </div>
  );
}

function Nothing({ mayWrite }: { mayWrite: boolean }) {
  return (
    <EmptyState
      icon={Waypoints}
      title={copy.none.title}
      action={
        mayWrite && (
          <span className="flex flex-wrap justify-center gap-3">
            <AddLink />
            <Link to="/domains/import" className={buttonClasses()}>
              {copy.import}
            </Link>
          </span>
        )
      }
    >
      <p>{copy.none.text}</p>
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
