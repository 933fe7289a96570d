import type { Database, Sql } from '@nebula/db';
import type { SealMemory } from './anchor.ts';
import { entryMac, isSameMac } from './mac.ts';
import { digestOf, sealMac } from './seal.ts';
import {
  type EntryRow,
  entriesOfSeal,
  entriesWithoutSeal,
  type SealRow,
  sealByNo,
  sealSize,
  sealsAfter,
  unsealedEntries,
} from './store.ts';

/** One thing that is not as we wrote it. */
export interface Finding {
  kind: 'entry-changed' | 'entry-inserted' | 'entry-removed' | 'seal-changed' | 'seal-removed';
  /** Id of the entry or number of the seal. */
  subject: string;
  message: string;
}

/** Walks all seals and entries; see {@link Audit.verify}. */
export async function verifyAudit(database: Database, key: Buffer, memory: SealMemory) {
  const findings: Finding[] = [];
  const { sql } = database;
  let entries = 0;
  let seals = 0;
  let previous: SealRow | null = null;
  for (;;) {
    const batch: SealRow[] = await sealsAfter(sql, previous?.no ?? 0, 100);
    if (batch.length === 0) break;
    for (const seal of batch) {
      findings.push(...chainFindings(key, seal, previous));
      entries += await checkSealed(sql, key, seal, findings);
      seals += 1;
      previous = seal;
    }
  }
  entries += await checkUnsealed(sql, key, findings);
  for (const row of await entriesWithoutSeal(sql)) {
    findings.push({
      kind: 'seal-removed',
      subject: String(row.sealNo),
      message: `Seal ${row.sealNo} of entry ${row.id} is gone.`,
    });
  }
  findings.push(...(await memoryFindings(sql, memory)));
  return { entries, seals, findings };
}

function chainFindings(key: Buffer, seal: SealRow, previous: SealRow | null): Finding[] {
  const subject = String(seal.no);
  const expectedNo = (previous?.no ?? 0) + 1;
  if (seal.no !== expectedNo) {
    return [{ kind: 'seal-removed', subject: String(expectedNo), message: `Seal ${expectedNo} is missing.` }];
  }
  const isChained = isSameMac(seal.previous, previous?.mac ?? Buffer.alloc(32));
  if (isChained && isSameMac(seal.mac, sealMac(key, seal))) return [];
  return [{ kind: 'seal-changed', subject, message: `Seal ${seal.no} is not as it was written.` }];
}

async function checkSealed(sql: Sql, key: Buffer, seal: SealRow, findings: Finding[]): Promise<number> {
  const rows = await entriesOfSeal(sql, seal.no);
  const bad = findingsOf(rows, key);
  findings.push(...bad);
  if (bad.length === 0 && !isSameMac(digestOf(rows), seal.digest)) {
    const missing = seal.entries - rows.length;
    findings.push({
      kind: missing > 0 ? 'entry-removed' : 'entry-inserted',
      subject: String(seal.no),
      message: `Seal ${seal.no} was made over ${seal.entries} entries; ${rows.length} are there.`,
    });
  }
  return rows.length;
}

async function checkUnsealed(sql: Sql, key: Buffer, findings: Finding[]): Promise<number> {
  const rows = await unsealedEntries(sql, sealSize);
  findings.push(...findingsOf(rows, key));
  return rows.length;
}

function findingsOf(rows: EntryRow[], key: Buffer): Finding[] {
  return rows
    .filter((row) => !isSameMac(row.mac, entryMac(key, row)))
    .map((row) => ({
      kind: 'entry-changed' as const,
      subject: row.id,
      message: `Entry ${row.id} (${row.action}, ${row.at.toISOString()}) was changed or was not written by us.`,
    }));
}

async function memoryFindings(sql: Sql, memory: SealMemory): Promise<Finding[]> {
  const findings: Finding[] = [];
  const { anchors, accusations } = await memory.recall();
  for (const { message, at } of accusations) {
    findings.push({ kind: 'seal-removed', subject: at, message });
  }
  for (const anchor of anchors) {
    const seal = await sealByNo(sql, anchor.no);
    if (seal === undefined) {
      const message = `Seal ${anchor.no} was anchored outside the database and is gone: newer entries were cut off.`;
      findings.push({ kind: 'seal-removed', subject: String(anchor.no), message });
    } else if (seal.mac.toString('hex') !== anchor.mac) {
      const message = `Seal ${anchor.no} differs from its anchor outside the database.`;
      findings.push({ kind: 'seal-changed', subject: String(anchor.no), message });
    }
  }
  return findings;
}
