import { createHash, createHmac } from 'node:crypto';
import type { Clock } from '@nebula/clock';
import type { Database } from '@nebula/db';
import type { SealMemory } from './index.ts';
import {
  type EntryRow,
  insertSeal,
  lastSeal,
  lockSealing,
  type SealRow,
  sealSize,
  unsealedEntries,
} from './store.ts';

/** Seals at most {@link sealSize} entries in one transaction and remembers the seal outside; answers how many. */
export async function sealOnce(
  database: Database,
  key: Buffer,
  clock: Clock,
  memory: SealMemory,
): Promise<number> {
  const made = await database.transaction(async (sql) => {
    await lockSealing(sql);
    const entries = await unsealedEntries(sql, sealSize);
    if (entries.length === 0) return null;
    const previous = await lastSeal(sql);
    const unsigned = {
      no: (previous?.no ?? 0) + 1,
      at: clock.now(),
      entries: entries.length,
      digest: digestOf(entries),
      previous: previous?.mac ?? Buffer.alloc(32),
    };
    const seal = { ...unsigned, mac: sealMac(key, unsigned) };
    await insertSeal(
      sql,
      seal,
      entries.map((entry) => entry.id),
    );
    return seal;
  });
  if (made === null) return 0;
  await memory.remember({ no: made.no, mac: made.mac.toString('hex'), at: made.at.toISOString() });
  return made.entries;
}

/** Digest of a batch: its entries' authentication codes in order of id. */
export function digestOf(entries: EntryRow[]): Buffer {
  const hash = createHash('sha256');
  for (const entry of entries) hash.update(entry.id).update(entry.mac);
  return hash.digest();
}

/** Authentication code of a seal; it covers the code of the seal before, so seals form a chain. */
export function sealMac(key: Buffer, seal: Omit<SealRow, 'mac'>): Buffer {
  const fields = [
    seal.no,
    seal.at.toISOString(),
    seal.entries,
    seal.digest.toString('hex'),
    seal.previous.toString('hex'),
  ];
  return createHmac('sha256', key).update('seal\n').update(JSON.stringify(fields)).digest();
}
