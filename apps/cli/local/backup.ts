import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createAudit, openAnchorFile } from '@nebula/audit';
import { systemClock } from '@nebula/clock';
import type { Action } from '@nebula/contract';
import { type ExportManifest, exportDatabase, importDatabase, verifyExport } from '@nebula/db';
import { exitCodes, Failure, usage } from '../failure.ts';
import type { CliConfig } from '../settings.ts';
import { type LocalDatabase, openLocalDatabase } from './database.ts';
import { ownerContext, readKey } from './owner.ts';
import { otherConnections } from './store.ts';

const makeAction: Action = { name: 'backup.make', permission: 'signed-in', undo: 'Remove the backup' };
const restoreAction: Action = { name: 'backup.restore', permission: 'signed-in', undo: null };

/** What a backup holds, in numbers. */
export interface BackupFacts {
  dir: string;
  createdAt: string;
  tables: number;
  rows: number;
  /** Where the keys lie that are not in it. */
  keysDir: string;
}

/** Writes all rows of the database into a new directory. Keys and other secrets outside the database are not copied. */
export async function makeBackup(config: CliConfig, to: string, signal: AbortSignal): Promise<BackupFacts> {
  const dir = resolve(to);
  if (existsSync(dir))
    throw usage(`${dir} exists already.`, {
      next: 'Name a new directory: a backup is never written over another.',
    });
  if (!existsSync(join(dir, '..'))) throw usage(`The directory above ${dir} does not exist.`);
  await using local = await openLocalDatabase(config);
  const context = await ownerContext(local, signal);
  return await context.write(makeAction, { type: 'backup', id: dir }, async (change) => {
    const manifest = await exportDatabase(local.database.pool, dir, systemClock.now());
    const facts = factsOf(dir, manifest, local);
    change.record({ after: { tables: facts.tables, rows: facts.rows } });
    return facts;
  });
}

/** Proves a backup without a database; answers the files that are not as they were written. */
export async function verifyBackup(from: string): Promise<{ dir: string; damaged: string[] }> {
  const dir = resolve(from);
  if (!existsSync(join(dir, 'manifest.json'))) {
    throw new Failure(exitCodes.notFound, `There is no complete backup in ${dir}.`, {
      next: 'A backup that was written to its end holds a file manifest.json.',
    });
  }
  return { dir, damaged: await verifyExport(dir) };
}

/** What a restore brought, and whether the audit can be proven with the keys that are here. */
export interface RestoreFacts extends BackupFacts {
  auditFindings: number;
}

/**
 * Reads a backup into the database of this machine, which must be as a first start leaves it.
 *
 * @throws {Failure} when something still uses the database, when it holds anything, or when the backup is damaged
 */
export async function restoreBackup(
  config: CliConfig,
  from: string,
  signal: AbortSignal,
): Promise<RestoreFacts> {
  const { dir, damaged } = await verifyBackup(from);
  if (damaged.length > 0) {
    throw new Failure(exitCodes.findings, `The backup in ${dir} is damaged: ${damaged.join(', ')}.`, {
      next: 'Nothing was changed. Use another backup.',
    });
  }
  await using local = await openLocalDatabase(config);
  const { database } = local;
  if (local.wasRunning || (await otherConnections(database.pool)) > 0) {
    throw new Failure(exitCodes.busy, 'NebulaCommand uses this database.', {
      next: 'Stop it, then restore.',
    });
  }
  const context = await ownerContext(local, signal);
  const manifest = await importOrExplain(local, dir);
  const facts = factsOf(dir, manifest, local);
  await context.write(restoreAction, { type: 'backup', id: dir }, async (change) => {
    change.record({ after: { tables: facts.tables, rows: facts.rows, createdAt: facts.createdAt } });
  });
  const keysDir = facts.keysDir;
  const memory = openAnchorFile(keysDir);
  const audit = createAudit({ key: await readKey(keysDir, 'audit.key'), clock: systemClock, memory });
  const { findings } = await audit.verify(database);
  return { ...facts, auditFindings: findings.length };
}

async function importOrExplain({ database }: LocalDatabase, dir: string): Promise<ExportManifest> {
  try {
    return await importDatabase(database.pool, dir, isMadeByStart);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Failure(exitCodes.busy, message, {
      next: 'Nothing was changed. Restore into a new data directory: start NebulaCommand once on it, stop it, and repeat this.',
      cause,
    });
  }
}

/** What a first start makes by itself, before anybody has done anything: the set-up link and the queue of jobs. */
function isMadeByStart({ schema, name }: { schema: string; name: string }): boolean {
  return schema === 'graphile_worker' || (schema === 'public' && name === 'one_time_links');
}

function factsOf(dir: string, manifest: ExportManifest, { installation }: LocalDatabase): BackupFacts {
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  const keysDir = join(installation.dataDir, 'keys');
  return { dir, createdAt: manifest.createdAt, tables: manifest.tables.length, rows, keysDir };
}
