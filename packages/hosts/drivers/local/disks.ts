import type { BlockCounters } from '../../index.ts';
import { count } from './cpu.ts';

/** Devices without a disk of their own: their work shows on the disks below them. */
const layered = /^(?:loop|ram|zram|dm-|md|sr|fd|nbd|zd)\d/;
const sectorBytes = 512;

/**
 * Reads `/proc/diskstats` (Documentation/admin-guide/iostats.rst); whole disks only. `blocks` are the names in `/sys/block`; without
 * them partitions are told by their names.
 */
export function parseDisks(text: string, blocks: readonly string[]): BlockCounters[] {
  const whole = new Set(blocks);
  return text.split('\n').flatMap((line) => {
    const [, , name = '', , , read, , , , written, , , busy] = line.trim().split(/\s+/);
    if (name === '' || busy === undefined || layered.test(name)) return [];
    if (whole.size > 0 ? !whole.has(name) : isPartition(name)) return [];
    return [
      {
        name,
        readBytes: count(read) * sectorBytes,
        writtenBytes: count(written) * sectorBytes,
        busyMs: count(busy),
      },
    ];
  });
}

function isPartition(name: string): boolean {
  return /^(?:nvme\d+n\d+p\d+|mmcblk\d+p\d+|[shv]d[a-z]+\d+|xvd[a-z]+\d+)$/.test(name);
}
