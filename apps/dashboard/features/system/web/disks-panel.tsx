import {
  Badge,
  Cell,
  type Column,
  formatBytes,
  formatPercent,
  LoadingRows,
  Meter,
  Panel,
  PanelHeader,
  Row,
  StatusPill,
  Table,
  useWideScreen,
} from '@nebula/ui';
import { CircleHelp, Unplug } from 'lucide-react';
import type { Filesystem, Sample, Storage } from '../contract.ts';
import { copy } from './copy.ts';

const words = copy.disks;
const columns: Column[] = [
  { id: 'mount', title: words.mount },
  { id: 'used', title: words.used, width: 'w-48' },
  { id: 'free', title: words.free, width: 'w-28', align: 'right' },
  { id: 'inodes', title: words.inodes, width: 'w-28', align: 'right' },
];
const workColumns: Column[] = [
  { id: 'device', title: words.device },
  { id: 'reads', title: words.reads, width: 'w-24 md:w-36', align: 'right' },
  { id: 'writes', title: words.writes, width: 'w-24 md:w-36', align: 'right' },
  { id: 'busy', title: words.busy, width: 'w-20 md:w-28', align: 'right' },
];

/** Space and inodes of each device, and what the disks do. */
export function DisksPanel({ storage, disks }: { storage: Storage | null; disks: Sample['disks'] }) {
  const isWide = useWideScreen();
  const rows = storage?.filesystems ?? [];
  return (
    <Panel aria-labelledby="system-disks">
      <PanelHeader id="system-disks" title={words.title} description={words.text} />
      {storage === null ? (
        <LoadingRows label={words.loading} rows={2} />
      ) : rows.length === 0 ? (
        <p className="px-4 pb-6 text-soft md:px-6">{words.none}</p>
      ) : isWide ? (
        <Table label={words.title} columns={columns}>
          {rows.map((row) => (
            <Row key={row.mountPoint}>
              <Cell>
                <Place row={row} />
              </Cell>
              <Cell>
                <Used row={row} />
              </Cell>
              <Cell align="right" className="figures">
                {row.availableBytes === null ? copy.none : formatBytes(row.availableBytes)}
              </Cell>
              <Cell align="right" className="figures">
                <Inodes row={row} />
              </Cell>
            </Row>
          ))}
        </Table>
      ) : (
        <ul aria-label={words.title}>
          {rows.map((row) => (
            <li key={row.mountPoint} className="flex flex-col gap-2 border-t border-hairline p-4">
              <Place row={row} />
              <Used row={row} />
              {row.status === 'ok' && (
                <p className="figures flex justify-between text-sm text-muted">
                  <span>
                    {words.free} {formatBytes(row.availableBytes ?? 0)}
                  </span>
                  <span>
                    {words.inodes} <Inodes row={row} />
                  </span>
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
      {disks.length > 0 && <Work disks={disks} />}
    </Panel>
  );
}

function Place({ row }: { row: Filesystem }) {
  return (
    <span className="flex min-w-0 flex-col">
      <span className="flex min-w-0 items-center gap-2">
        <span translate="no" className="truncate font-semibold" title={row.mountPoint}>
          {row.mountPoint}
        </span>
        {row.isReadOnly && <Badge>{words.readOnly}</Badge>}
        {row.kind === 'network' && <Badge>{words.network}</Badge>}
      </span>
      <span translate="no" className="truncate text-sm text-muted" title={row.device}>
        {row.device} · {row.type}
      </span>
    </span>
  );
}

function Used({ row }: { row: Filesystem }) {
  if (row.status !== 'ok' || row.usedBytes === null || row.totalBytes === null) {
    const status = row.status === 'ok' ? 'denied' : row.status;
    return (
      <StatusPill
        tone={status === 'silent' ? 'down' : 'neutral'}
        icon={status === 'silent' ? Unplug : CircleHelp}
      >
        {words.status[status]}
      </StatusPill>
    );
  }
  const usable = row.usedBytes + (row.availableBytes ?? 0);
  return (
    <span className="figures flex flex-col gap-1.5">
      <span className="whitespace-nowrap">
        {words.usedOf(formatBytes(row.usedBytes), formatBytes(row.totalBytes))}
      </span>
      <Meter fraction={usable === 0 ? null : row.usedBytes / usable} isLimit={!row.isReadOnly} />
    </span>
  );
}

function Inodes({ row }: { row: Filesystem }) {
  if (row.status !== 'ok') return copy.none;
  if (row.inodes === null) return words.noInodes;
  return formatPercent((row.inodes.used / row.inodes.total) * 100);
}

function Work({ disks }: { disks: Sample['disks'] }) {
  const rate = (bytes: number) => copy.perSecond(formatBytes(bytes));
  return (
    <div className="border-t border-hairline pt-2">
      <Table label={words.work} columns={workColumns}>
        {disks.map((disk) => (
          <Row key={disk.name}>
            <Cell translate="no" className="truncate">
              {disk.name}
            </Cell>
            <Cell align="right" className="figures">
              {rate(disk.readBytesPerSecond)}
            </Cell>
            <Cell align="right" className="figures">
              {rate(disk.writtenBytesPerSecond)}
            </Cell>
            <Cell align="right" className="figures">
              {formatPercent(disk.busyPercent)}
            </Cell>
          </Row>
        ))}
      </Table>
    </div>
  );
}
