import { Badge, Cell, type Column, Panel, Row, StatusPill, Table, useMediaQuery } from '@nebula/ui';
import { CircleArrowUp } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { PageLink } from '../../../web/feature.ts';
import { ContainerMenu } from './container-menu.tsx';
import { copy } from './copy.ts';
import type { Line } from './groups.ts';
import { GroupHead } from './group-head.tsx';
import type { ContainerRow } from './patch.ts';
import { PortList } from './port-list.tsx';
import { SelectBox } from './select-box.tsx';
import { lookOf, plainStatus } from './state-look.ts';
import { CpuFigure, MemoryFigure } from './usage-figures.tsx';

const columns: Column[] = [
  { id: 'select', title: copy.columns.select, isTitleHidden: true, width: 'w-14' },
  { id: 'name', title: copy.columns.name },
  { id: 'state', title: copy.columns.state, width: 'w-36 xl:w-44' },
  { id: 'cpu', title: copy.columns.cpu, width: 'w-22 xl:w-28' },
  { id: 'memory', title: copy.columns.memory, width: 'w-26 xl:w-32' },
  { id: 'ports', title: copy.columns.ports, width: 'w-40', isWideOnly: true },
  { id: 'actions', title: copy.columns.actions, isTitleHidden: true, width: 'w-18' },
];

/** Props of both ways to show containers: their lines, and whether they can be selected. */
export interface ContainerLinesProps {
  lines: Line[];
  /** Whether the heads of groups say the project already. */
  isGrouped: boolean;
  maySelect: boolean;
  onToggleGroup: (key: string) => void;
}

/** Containers as a table, for screens with room for one. */
export function ContainerTable({ lines, isGrouped, maySelect, onToggleGroup }: ContainerLinesProps) {
  // A cell across more columns than are shown would make one of its own.
  const isRoomy = useMediaQuery('(min-width: 1100px)');
  const shown = columns.filter((column) => isRoomy || column.isWideOnly !== true).length;
  return (
    <Table label={copy.title} columns={columns}>
      {lines.map((line) =>
        line.kind === 'group' ? (
          <Row key={`g ${line.group.project ?? ''}`} className="bg-raised">
            <Cell colSpan={shown} className="py-1!">
              <GroupHead
                group={line.group}
                isOpen={line.isOpen}
                maySelect={maySelect}
                onToggle={onToggleGroup}
              />
            </Cell>
          </Row>
        ) : (
          <ContainerLine key={line.row.id} row={line.row} maySelect={maySelect} isGrouped={isGrouped} />
        ),
      )}
    </Table>
  );
}

/** Only a row whose container changed renders anew; figures and selection are heard by their own cells. */
const ContainerLine = memo(function ContainerLine({
  row,
  maySelect,
  isGrouped,
}: {
  row: ContainerRow;
  maySelect: boolean;
  isGrouped: boolean;
}) {
  return (
    <Row data-container={row.id}>
      <Cell>{maySelect && <SelectBox id={row.id} name={row.name} />}</Cell>
      <Cell>
        <NameAndImage row={row} isGrouped={isGrouped} />
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
  );
});

/** Containers as cards, for phones. */
export function ContainerCards({ lines, isGrouped, maySelect, onToggleGroup }: ContainerLinesProps) {
  return (
    <ul aria-label={copy.title} className="flex flex-col gap-3">
      {lines.map((line) =>
        line.kind === 'group' ? (
          <li key={`g ${line.group.project ?? ''}`} data-row className="pt-2">
            <GroupHead
              group={line.group}
              isOpen={line.isOpen}
              maySelect={maySelect}
              onToggle={onToggleGroup}
            />
          </li>
        ) : (
          <ContainerCard key={line.row.id} row={line.row} maySelect={maySelect} isGrouped={isGrouped} />
        ),
      )}
    </ul>
  );
}

const ContainerCard = memo(function ContainerCard({
  row,
  maySelect,
  isGrouped,
}: {
  row: ContainerRow;
  maySelect: boolean;
  isGrouped: boolean;
}) {
  return (
    <li data-row data-container={row.id}>
      <Panel className="flex flex-col gap-4 p-4">
        <div className="flex items-start gap-2">
          {maySelect && <SelectBox id={row.id} name={row.name} />}
          <div className="min-w-0 flex-1">
            <NameAndImage row={row} isGrouped={isGrouped} />
          </div>
          <div className="-mt-2 -mr-2">
            <ContainerMenu container={row} />
          </div>
        </div>
        <State row={row} />
        <dl className="grid grid-cols-2 gap-6">
          <Figure term={copy.columns.cpu}>
            <CpuFigure row={row} />
          </Figure>
          <Figure term={copy.columns.memory}>
            <MemoryFigure row={row} />
          </Figure>
        </dl>
        {row.ports.length > 0 && <PortList ports={row.ports} most={6} />}
      </Panel>
    </li>
  );
});

function Figure({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-sm text-muted">{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function NameAndImage({ row, isGrouped }: { row: ContainerRow; isGrouped: boolean }) {
  return (
    <div className="flex min-w-0 flex-col items-start gap-1">
      <PageLink
        to={`/containers/${row.id}`}
        title={row.name}
        translate="no"
        className="min-h-6 max-w-full truncate font-semibold text-ink underline-offset-4 hover:text-link hover:underline"
      >
        <bdi>{row.name}</bdi>
      </PageLink>
      <div className="flex max-w-full items-center gap-2" translate="no">
        {row.project !== null && !isGrouped && (
          <span className="max-w-1/2 shrink-0">
            <Badge title={row.project.slice(0, 255)}>
              <bdi>{row.project.slice(0, 255)}</bdi>
            </Badge>
          </span>
        )}
        <span className="truncate text-sm text-muted" title={row.image}>
          <bdi>{row.image}</bdi>
        </span>
        {row.update === 'available' && (
          <span className="shrink-0 text-live" title={copy.updates.available}>
            <CircleArrowUp aria-hidden size={14} />
            <span className="sr-only">{copy.updates.available}</span>
          </span>
        )}
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
      <span className="max-w-full truncate text-sm text-muted" title={row.status} translate="no">
        {plainStatus(row.status)}
      </span>
    </div>
  );
}
