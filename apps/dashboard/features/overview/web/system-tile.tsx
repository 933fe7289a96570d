import { FigureChart, formatBytes, formatDuration, formatPercent, Meter } from '@nebula/ui';
import type { SystemTile as Figures } from '../contract.ts';
import { copy } from './copy.ts';
import { NotKnown, TileFrame, type TileState } from './tile.tsx';

const words = copy.system;
/** A line of fewer values begins further right instead of filling the width with two of them. */
const fewest = 12;

/** How busy the machine is. */
export function SystemTile({ tile }: { tile: TileState<Figures> }) {
  if (tile === null) return null;
  if (tile.state === 'failed') {
    return (
      <TileFrame id="system" to="/system">
        <NotKnown detail={tile.detail} />
      </TileFrame>
    );
  }
  const { hostname, os, uptimeSeconds } = tile.data;
  return (
    <TileFrame
      id="system"
      to="/system"
      description={words.about(hostname, os, formatDuration(uptimeSeconds * 1000))}
    >
      <Charts figures={tile.data} />
    </TileFrame>
  );
}

function Charts({ figures }: { figures: Figures }) {
  const { cpuPercent, cores, load, memory, disk, points } = figures;
  const capacity = Math.max(fewest, points.length);
  const used = memory.total - memory.available;
  const newest = points.at(-1);
  const rate = (bytes: number) => words.perSecond(formatBytes(bytes));
  const chart = (name: string, figure: string) => ({
    name,
    figure,
    label: words.line(name, figure),
    capacity,
  });
  return (
    <div className="grid gap-6 px-4 pb-6 md:grid-cols-2 md:px-6 xl:grid-cols-4">
      <FigureChart
        {...chart(words.cpu, formatPercent(cpuPercent))}
        note={`${words.cores(cores)}, ${words.load(load.toFixed(1))}`}
        values={points.map((point) => point.cpuPercent)}
        ceiling={100}
        fraction={cpuPercent / 100}
      />
      <FigureChart
        {...chart(words.memory, formatBytes(used))}
        note={words.of(formatBytes(memory.total))}
        values={points.map((point) => point.memoryUsedBytes)}
        ceiling={memory.total}
        series={2}
        fraction={memory.total === 0 ? null : used / memory.total}
      />
      <FigureChart
        {...chart(
          words.network,
          newest === undefined ? words.none : words.received(rate(newest.receivedBytesPerSecond)),
        )}
        note={newest === undefined ? words.none : words.sent(rate(newest.sentBytesPerSecond))}
        values={points.map((point) => point.receivedBytesPerSecond + point.sentBytesPerSecond)}
      />
      <Disk disk={disk} />
    </div>
  );
}

function Disk({ disk }: { disk: Figures['disk'] }) {
  return (
    <div className="flex min-w-0 flex-col">
      <p className="mb-2 flex flex-wrap items-baseline gap-x-3">
        <span className="text-sm text-muted">{words.disk}</span>
        <span className="figures text-xl font-semibold">
          {disk === null ? words.none : formatPercent(disk.usedPercent)}
        </span>
        <span className="ml-auto text-sm text-muted">
          {disk === null ? words.noDisk : words.left(formatBytes(disk.availableBytes))}
        </span>
      </p>
      {/* Its bar stands where those of the charts beside it stand. */}
      <div className="mt-auto">
        {disk !== null && (
          <p className="mb-1 truncate text-sm text-soft" translate="no" title={disk.mountPoint}>
            {disk.mountPoint}
          </p>
        )}
        <Meter fraction={disk === null ? null : disk.usedPercent / 100} isLimit />
      </div>
    </div>
  );
}
