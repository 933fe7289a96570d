import { createHash, createHmac } from 'node:crypto';
import type { Clock } from '@nebula/clock';
import type { Database, Sql } from '@nebula/db';
import type { SealMemory } from './anchor.ts';
import {
  type EntryRow,
  insertSeal,
  lastSeal,
  lockSealing,
  type SealRow,
  sealByNo,
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
    const previous = await lastSeal(sql);
    await checkHead(sql, previous, memory, clock);
    const entries = await unsealedEntries(sql, sealSize);
    if (entries.length === 0) return null;
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

/**
 * Before a seal is made on top of the newest, that one must be what was remembered; otherwise seals were cut off or changed, and
 * that is kept for good before the memory moves on.
 */
async function checkHead(
  sql: Sql,
  newest: SealRow | undefined,
  memory: SealMemory,
  clock: Clock,
): Promise<void> {
  const head = await memory.head();
  if (head === null) return;
  const there = newest?.no === head.no ? newest : await sealByNo(sql, head.no);
  if (there?.mac.toString('hex') === head.mac) return;
  const what =
    there === undefined
      ? 'was gone: newer entries were cut off, or an older copy of the database was put back'
      : 'was another one';
  await memory.accuse(`Seal ${head.no}, remembered on ${head.at}, ${what}.`, clock.now());
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
