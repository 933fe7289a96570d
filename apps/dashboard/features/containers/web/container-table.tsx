import { Badge, Cell, type Column, Panel, Row, StatusPill, Table } from '@nebula/ui';
import { PageLink } from '../../../web/feature.ts';
import { ContainerMenu } from './container-menu.tsx';
import { copy } from './copy.ts';
import type { ContainerRow } from './patch.ts';
import { PortList } from './port-list.tsx';
import { lookOf, plainStatus } from './state-look.ts';
import { CpuFigure, MemoryFigure } from './usage-figures.tsx';

const columns: Column[] = [
  { id: 'name', title: copy.columns.name },
  { id: 'state', title: copy.columns.state, width: 'w-36 xl:w-44' },
  { id: 'cpu', title: copy.columns.cpu, width: 'w-22 xl:w-28' },
  { id: 'memory', title: copy.columns.memory, width: 'w-26 xl:w-32' },
  { id: 'ports', title: copy.columns.ports, width: 'w-40', isWideOnly: true },
  { id: 'actions', title: copy.columns.actions, isTitleHidden: true, width: 'w-18' },
];

/** Containers as a table, for screens with room for one. */
export function ContainerTable({ rows }: { rows: ContainerRow[] }) {
  return (
    <Table label={copy.title} columns={columns}>
      {rows.map((row) => (
        <Row key={row.id}>
          <Cell>
            <NameAndImage row={row} />
          </Cell>
          <Cell>
            <State row={row} />
          </Cell>
          <Cell>
            <CpuFigure row={row} />
          </Cell>
          <Cell>
            <MemoryFigure row={row} />
          </Cell>
          <Cell isWideOnly>
            <PortList ports={row.ports} most={3} />
          </Cell>
          <Cell align="right">
            <ContainerMenu container={row} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

/** Containers as cards, for phones. */
export function ContainerCards({ rows }: { rows: ContainerRow[] }) {
  return (
    <ul aria-label={copy.title} className="flex flex-col gap-3">
      {rows.map((row) => (
        <li key={row.id}>
          <Panel className="flex flex-col gap-4 p-4">
            <div className="flex items-start gap-2">
              <div className="min-w-0 flex-1">
                <NameAndImage row={row} />
              </div>
              <div className="-mt-2 -mr-2">
                <ContainerMenu container={row} />
              </div>
            </div>
            <State row={row} />
            <dl className="grid grid-cols-2 gap-6">
              <div>
                <dt className="text-sm text-muted">{copy.columns.cpu}</dt>
                <dd>
                  <CpuFigure row={row} />
                </dd>
              </div>
              <div>
                <dt className="text-sm text-muted">{copy.columns.memory}</dt>
                <dd>
                  <MemoryFigure row={row} />
                </dd>
              </div>
            </dl>
            {row.ports.length > 0 && <PortList ports={row.ports} most={6} />}
          </Panel>
        </li>
      ))}
    </ul>
  );
}

function NameAndImage({ row }: { row: ContainerRow }) {
  return (
    <div className="flex min-w-0 flex-col items-start gap-1">
      <PageLink
        to={`/containers/${row.id}`}
        title={row.name}
        className="min-h-6 max-w-full truncate font-semibold text-ink underline-offset-4 hover:text-link hover:underline"
      >
        {row.name}
      </PageLink>
      <div className="flex max-w-full items-center gap-2">
        {row.project !== null && (
          <span className="max-w-1/2 shrink-0">
            <Badge title={row.project}>{row.project}</Badge>
          </span>
        )}
        <span className="truncate text-sm text-muted" title={row.image}>
          {row.image}
        </span>
      </div>
    </div>
  );
}

function State({ row }: { row: ContainerRow }) {
  const { tone, icon, word } = lookOf(row);
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1 md:flex-col md:items-start">
      <StatusPill tone={tone} icon={icon}>
        {word}
      </StatusPill>
      <span className="max-w-full truncate text-sm text-muted" title={row.status}>
        {plainStatus(row.status)}
      </span>
    </div>
  );
}
