import {
  Cell,
  type Column,
  EmptyState,
  formatBytes,
  formatPercent,
  Panel,
  Row,
  Select,
  Table,
  useWideScreen,
} from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { SearchX } from 'lucide-react';
import { DataView, PageLink, useMay, TypedSearch } from '../../../web/feature.ts';
import type { Process } from '../contract.ts';
import { copy } from './copy.ts';
import type { View } from './filter.ts';
import { processesQuery } from './queries.ts';

const words = copy.processes;
const columns: Column[] = [
  { id: 'name', title: words.name },
  { id: 'user', title: words.user, width: 'w-36' },
  { id: 'cpu', title: words.cpu, width: 'w-28', align: 'right' },
  { id: 'memory', title: words.memory, width: 'w-32', align: 'right' },
];

/** The processes that use most; read on the machine only while this is open. */
export function ProcessesTab({ view, onChange }: { view: View; onChange: (changes: Partial<View>) => void }) {
  const isWide = useWideScreen();
  const processes = useQuery(processesQuery(view));
  return (
    <Panel aria-label={words.title} className="min-w-0">
      <search className="flex gap-3 p-4 md:px-6">
        <TypedSearch
          text={view.search ?? ''}
          label={words.search}
          short={words.searchShort}
          onChange={(search) => onChange({ search })}
        />
        <Select
          aria-label={words.sort}
          value={view.sort ?? 'cpu'}
          onChange={(event) => onChange({ sort: event.target.value === 'memory' ? 'memory' : undefined })}
          className="w-36 shrink-0 md:w-44"
        >
          <option value="cpu">{words.byCpu}</option>
          <option value="memory">{words.byMemory}</option>
        </Select>
      </search>
      <DataView query={processes} label={words.loading}>
        {({ items, total, zombies }) =>
          items.length === 0 ? (
            <EmptyState icon={SearchX} title={words.noMatch.title}>
              <p>{words.noMatch.text}</p>
            </EmptyState>
          ) : (
            <>
              {isWide ? <ProcessTable rows={items} /> : <ProcessList rows={items} />}
              <p className="border-t border-hairline px-4 py-3 text-sm text-muted md:px-6">
                {words.summary(items.length, total, zombies)}
              </p>
            </>
          )
        }
      </DataView>
    </Panel>
  );
}

function ProcessTable({ rows }: { rows: Process[] }) {
  return (
    <Table label={words.title} columns={columns}>
      {rows.map((row) => (
        <Row key={row.pid}>
          <Cell>
            <Name row={row} />
          </Cell>
          <Cell className="truncate text-soft" translate="no">
            {row.user}
          </Cell>
          <Cell align="right" className="figures" title={words.perCore}>
            {formatPercent(row.cpuPercent)}
          </Cell>
          <Cell align="right" className="figures">
            {formatBytes(row.memoryBytes)}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function ProcessList({ rows }: { rows: Process[] }) {
  return (
    <ul aria-label={words.title}>
      {rows.map((row) => (
        <li key={row.pid} className="flex flex-col gap-1 border-t border-hairline px-4 py-3">
          <Name row={row} />
          <p className="figures flex gap-4 text-sm text-soft">
            <span className="min-w-0 truncate" translate="no">
              {row.user}
            </span>
            <span className="ml-auto">{formatPercent(row.cpuPercent)}</span>
            <span className="w-20 text-right">{formatBytes(row.memoryBytes)}</span>
          </p>
        </li>
      ))}
    </ul>
  );
}

function Name({ row }: { row: Process }) {
  const mayRead = useMay('containers:read');
  const { containerId, containerName } = row;
  return (
    <span className="flex min-h-6 min-w-0 flex-wrap items-center gap-x-2">
      <span translate="no" className="truncate font-semibold">
        {row.name}
      </span>
      <span className="figures text-sm text-muted">{words.pid(row.pid)}</span>
      {containerId !== null && containerName !== null && mayRead && (
        <PageLink
          to={`/containers/${containerId}`}
          className="inline-flex min-h-6 items-center truncate text-sm text-link underline-offset-4 hover:underline"
        >
          {words.inContainer(containerName)}
        </PageLink>
      )}
    </span>
  );
}
