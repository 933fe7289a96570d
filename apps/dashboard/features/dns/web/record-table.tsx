import { Badge, Cell, type Column, formatDuration, Menu, type MenuItem, Row, Table } from '@nebula/ui';
import { EllipsisVertical, Pencil, Radio, Trash2 } from 'lucide-react';
import type { RecordSet } from '../contract.ts';
import { ValueList } from './conflict-panel.tsx';
import { copy } from './copy.ts';
import type { Asked } from './records-page.tsx';

const words = copy.records;
const columns: Column[] = [
  { id: 'name', title: words.columns.name },
  { id: 'type', title: words.columns.type, width: 'w-24' },
  { id: 'values', title: words.columns.values, width: 'w-1/2' },
  { id: 'ttl', title: words.columns.ttl, width: 'w-28', isWideOnly: true },
  { id: 'actions', title: words.columns.actions, isTitleHidden: true, width: 'w-18' },
];

/** Props of both ways to show records. */
export interface RecordRowsProps {
  rows: RecordSet[];
  mayWrite: boolean;
  onAsk: (asked: Asked) => void;
}

/** Records as a table, for screens with room for one. */
export function RecordTable({ rows, ...rest }: RecordRowsProps) {
  return (
    <Table label={words.title} columns={columns}>
      {rows.map((row) => (
        <Row key={`${row.name} ${row.type}`}>
          <Cell className="align-top">
            <span translate="no" title={row.name} className="font-semibold break-all">
              {row.shortName}
            </span>
          </Cell>
          <Cell className="align-top">
            <Badge isData>{row.type}</Badge>
          </Cell>
          <Cell className="align-top">
            <ValueList values={row.values} />
          </Cell>
          <Cell isWideOnly className="figures align-top text-soft">
            {formatDuration(row.ttl * 1000)}
          </Cell>
          <Cell align="right" className="align-top">
            <RecordMenu row={row} {...rest} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

/** Records as cards, for phones. */
export function RecordCards({ rows, ...rest }: RecordRowsProps) {
  return (
    <ul aria-label={words.title}>
      {rows.map((row) => (
        <li key={`${row.name} ${row.type}`} className="flex flex-col gap-2 border-t border-hairline p-4">
          <div className="flex items-center gap-3">
            <span translate="no" className="min-w-0 flex-1 font-semibold break-all">
              {row.shortName}
            </span>
            <Badge isData>{row.type}</Badge>
            <RecordMenu row={row} {...rest} />
          </div>
          <ValueList values={row.values} />
          <p className="text-sm text-muted">
            {words.columns.ttl} {formatDuration(row.ttl * 1000)}
          </p>
        </li>
      ))}
    </ul>
  );
}

/** What can be done with one set of records, behind one button. */
export function RecordMenu({ row, mayWrite, onAsk }: { row: RecordSet } & Omit<RecordRowsProps, 'rows'>) {
  const ask = (what: Asked['what']) => () => onAsk({ what, record: row });
  const canWrite = mayWrite && row.isWritable;
  const looking: MenuItem[] = [{ id: 'spread', title: words.spread, icon: Radio, run: ask('spread') }];
  const edit: MenuItem[] = canWrite
    ? [{ id: 'edit', title: words.edit, icon: Pencil, run: ask('edit') }]
    : [];
  const remove: MenuItem[] = canWrite
    ? [
        {
          id: 'remove',
          title: words.remove,
          icon: Trash2,
          help: words.removeHelp,
          isDanger: true,
          run: ask('remove'),
        },
      ]
    : [];
  const groups = [[...edit, ...looking], remove].filter((group) => group.length > 0);
  return <Menu label={words.menu(row.shortName, row.type)} icon={EllipsisVertical} groups={groups} />;
}
