import { join } from 'node:path';
import type { Clock } from '@nebula/clock';
import { type Database, type MigrationSet, newId, type Sql } from '@nebula/db';
import { redact, redactJson } from '@nebula/log';
import type { SealMemory } from './anchor.ts';
import { entryMac, type Unsigned } from './mac.ts';
import { sealOnce } from './seal.ts';
import { type EntryFilter, type EntryRow, entriesBefore, insertEntry } from './store.ts';
import { type Finding, verifyAudit } from './verify.ts';

export { openAnchorFile, type SealMemory } from './anchor.ts';
export { type EntryFilter, hasAudit } from './store.ts';
export type { Finding } from './verify.ts';

/** Tables of the audit. */
export const auditMigrations: MigrationSet = { id: 'audit', dir: join(import.meta.dirname, 'migrations') };

/** What somebody did or tried. */
export interface AuditEntry {
  actor: { kind: string; id: string; name: string };
  action: string;
  target: { type: string; id: string; name: string; hostId: string };
  requestId: string;
  runId?: string;
  outcome: 'done' | 'denied' | 'failed';
  /** Error code of what was denied or failed. */
  code?: string;
  before?: unknown;
  after?: unknown;
  /** From where it was tried, where that matters (sign-ins). */
  origin?: { address: string; userAgent: string };
}

/** An entry as it is read back. */
export interface StoredAuditEntry extends AuditEntry {
  id: string;
  at: Date;
  isSealed: boolean;
}

/** The audit of one application. */
export interface Audit {
  /** Writes an entry in the caller's transaction; secrets are taken out of `before` and `after`. */
  append(sql: Sql, entry: AuditEntry): Promise<string>;
  /** Entries, newest first, before the entry `beforeId`. */
  list(sql: Sql, filter: EntryFilter, beforeId: string | null, limit: number): Promise<StoredAuditEntry[]>;
  /** Seals what is not sealed yet; answers how many entries were. */
  seal(database: Database): Promise<number>;
  /** Everything that was changed, removed or inserted behind our back; empty when all is as we wrote it. */
  verify(database: Database): Promise<{ entries: number; seals: number; findings: Finding[] }>;
}

/** Opens the audit. `key` (32 bytes) must lie outside the database and its backups. */
export function createAudit(options: { key: Buffer; clock: Clock; memory: SealMemory }): Audit {
  const { key, clock, memory } = options;
  return {
    async append(sql, entry) {
      const row = rowOf(entry, clock.now());
      await insertEntry(sql, { ...row, mac: entryMac(key, row) });
      return row.id;
    },
    async list(sql, filter, beforeId, limit) {
      const rows = await entriesBefore(sql, filter, beforeId, limit);
      return rows.map(stored);
    },
    seal: (database) => sealOnce(database, key, clock, memory),
    verify: (database) => verifyAudit(database, key, memory),
  };
}

function rowOf(entry: AuditEntry, now: Date): Unsigned {
  const details: Record<string, unknown> = {};
  if (entry.before !== undefined) details['before'] = entry.before;
  if (entry.after !== undefined) details['after'] = entry.after;
  if (entry.origin !== undefined) details['origin'] = entry.origin;
  return {
    id: newId(),
    at: now,
    actorKind: entry.actor.kind,
    actorId: entry.actor.id,
    actorName: clean(entry.actor.name),
    action: entry.action,
    targetType: entry.target.type,
    targetId: clean(entry.target.id),
    targetName: clean(entry.target.name),
    hostId: entry.target.hostId,
    requestId: entry.requestId,
    runId: entry.runId ?? null,
    outcome: entry.outcome,
    code: entry.code ?? null,
    details: storable(redactJson(details)),
  };
}

function clean(text: string): string {
  return storable(redact(text));
}

/** PostgreSQL holds neither NUL nor half a character; a hostile name must not make the entry fail or read back otherwise. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd').replaceAll('\\u0000', '\\ufffd');
}

function stored(row: EntryRow): StoredAuditEntry {
  return {
    id: row.id,
    at: row.at,
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    action: row.action,
    target: { type: row.targetType, id: row.targetId, name: row.targetName, hostId: row.hostId },
    requestId: row.requestId,
    outcome: row.outcome,
    isSealed: row.sealNo !== null,
    ...(row.runId === null ? {} : { runId: row.runId }),
    ...(row.code === null ? {} : { code: row.code }),
    ...detailsOf(row.details),
  };
}

/** What was changed behind our back is shown as it stands: one such entry must not hide all others. */
function detailsOf(text: string): Pick<AuditEntry, 'before' | 'after' | 'origin'> {
  try {
    return JSON.parse(text);
  } catch {
    return { after: text };
  }
}
