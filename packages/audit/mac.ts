import { createHmac, timingSafeEqual } from 'node:crypto';
import type { EntryRow } from './store.ts';

/** An entry before it has its authentication code. */
export type Unsigned = Omit<EntryRow, 'mac' | 'sealNo'>;

/** Authentication code of an entry over all its fields in fixed order. */
export function entryMac(key: Buffer, row: Unsigned): Buffer {
  const fields = [
    row.id,
    row.at.toISOString(),
    row.actorKind,
    row.actorId,
    row.actorName,
    row.action,
    row.targetType,
    row.targetId,
    row.targetName,
    row.hostId,
    row.requestId,
    row.runId,
    row.outcome,
    row.code,
    row.details,
  ];
  return createHmac('sha256', key).update('entry\n').update(JSON.stringify(fields)).digest();
}

/** True when two authentication codes are equal, in constant time. */
export function isSameMac(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
