import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { columnsOf, sequencesOf, tablesOf } from './catalogue.ts';

/** What an export holds; `manifest.json` in its directory. */
export interface ExportManifest {
  format: 1;
  createdAt: string;
  postgresMajor: number;
  migrations: { owner: string; name: string; sha256: string }[];
  tables: { schema: string; name: string; columns: string[]; rows: number; sha256: string; file: string }[];
  sequences: { schema: string; name: string; value: string; isCalled: boolean }[];
}

/**
 * Writes all rows of a database into a new directory, one gzipped COPY text file per table, from one snapshot: a backup that
 * any later major version can read. The manifest, with row counts and digests, is written last, so a directory without one
 * is an export that did not finish. Throws when the directory exists.
 */
export async function exportDatabase(pool: pg.Pool, dir: string, now: Date): Promise<ExportManifest> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await mkdir(dir, { mode: 0o700 });
  } catch (error) {
    client.release();
    throw error;
  }
  try {
    await client.query('begin transaction isolation level repeatable read read only');
    await client.query('set local statement_timeout = 0');
    const manifest: ExportManifest = {
      format: 1,
      createdAt: now.toISOString(),
      postgresMajor: await majorOf(client),
      migrations: (
        await client.query('select owner, name, sha256 from schema_migrations order by owner, name')
      ).rows,
      tables: [],
      sequences: await sequencesOf(client),
    };
    for (const { schema, name } of await tablesOf(client)) {
      const columns = await columnsOf(client, schema, name);
      const file = `${schema}.${name}.copy.gz`;
      const written = await writeTable(
        client,
        copyStatement(schema, name, columns, 'to stdout'),
        join(dir, file),
      );
      manifest.tables.push({ schema, name, columns, file, ...written });
    }
    await client.query('commit');
    await writeFile(join(dir, 'manifest.new'), JSON.stringify(manifest, null, 2), {
      mode: 0o600,
      flush: true,
    });
    await rename(join(dir, 'manifest.new'), join(dir, 'manifest.json'));
    return manifest;
  } catch (error) {
    failure = asError(error);
    await rm(dir, { recursive: true, force: true });
    throw error;
  } finally {
    client.release(failure);
  }
}

/**
 * Reads an export into a database whose tables {@link migrate} has made and that is otherwise empty, in one transaction, and
 * proves every table against the manifest's row count and digest. Throws when anything differs; nothing is changed then.
 *
 * @param isReplaceable names tables whose rows may go first, since a program makes them by itself
 */
export async function importDatabase(
  pool: pg.Pool,
  dir: string,
  isReplaceable: (table: { schema: string; name: string }) => boolean = () => false,
): Promise<ExportManifest> {
  const manifest: ExportManifest = JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8'));
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('begin');
    await client.query('set local statement_timeout = 0');
    await requireMigrations(client, manifest);
    const tablesHere = await tablesOf(client);
    const replaced = tablesHere.filter(isReplaceable).map(({ schema, name }) => qualified(schema, name));
    if (replaced.length > 0) await client.query(`truncate ${replaced.join(', ')}`);
    const present = new Map(tablesHere.map((table, order) => [`${table.schema}.${table.name}`, order]));
    const orderOf = (table: { schema: string; name: string }) => present.get(`${table.schema}.${table.name}`);
    const tables = [...manifest.tables].sort((a, b) => (orderOf(a) ?? 0) - (orderOf(b) ?? 0));
    for (const { schema, name } of tables.filter((table) => orderOf(table) !== undefined).reverse())
      await removeSeeds(client, schema, name);
    for (const table of tables) {
      if (orderOf(table) === undefined)
        throw new Error(`The table ${table.schema}.${table.name} of the export is not known here.`);
      await readTable(client, table, join(dir, table.file));
    }
    for (const { schema, name, value, isCalled } of manifest.sequences) {
      await client.query('select setval($1::regclass, $2::bigint, $3)', [
        qualified(schema, name),
        value,
        isCalled,
      ]);
    }
    await client.query('commit');
    return manifest;
  } catch (error) {
    failure = asError(error);
    throw error;
  } finally {
    client.release(failure);
  }
}

/**
 * A connection that is released with an error is closed, and the server rolls back by itself. Asking it to would never be
 * answered on one that was lost, or that is in the middle of a COPY whose file could not be written.
 */
function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Proves an export on disk against its manifest without a database; answers the files that differ. */
export async function verifyExport(dir: string): Promise<string[]> {
  const manifest: ExportManifest = JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8'));
  const bad: string[] = [];
  for (const { file, sha256, rows } of manifest.tables) {
    try {
      const meter = measure();
      await pipeline(createReadStream(join(dir, file)), createGunzip(), meter.stream, blackHole());
      if (meter.sha256() !== sha256 || meter.rows() !== rows) bad.push(file);
    } catch {
      // A file that cannot be read or unpacked differs from what was written.
      bad.push(file);
    }
  }
  return bad;
}

async function writeTable(client: pg.PoolClient, statement: string, path: string) {
  const meter = measure();
  const stream = client.query(copyTo(statement));
  await pipeline(
    stream,
    meter.stream,
    createGzip({ level: 6 }),
    createWriteStream(path, { mode: 0o600, flags: 'wx' }),
  );
  const file = await open(path, 'r');
  await file.sync();
  await file.close();
  return { rows: meter.rows(), sha256: meter.sha256() };
}

/**
 * Removes the rows that migrations themselves put into a table, recognised by the transaction that made them, and nothing that came
 * or was changed later: the export has its own copy of them.
 */
async function removeSeeds(client: pg.PoolClient, schema: string, name: string): Promise<void> {
  const table = qualified(schema, name);
  const { rows } = await client.query(`select 1 from ${table} limit 1`);
  if (rows.length === 0) return;
  await client.query(`delete from ${table} where xmin in (select xmin from schema_migrations)`);
}

async function readTable(
  client: pg.PoolClient,
  table: ExportManifest['tables'][number],
  path: string,
): Promise<void> {
  const { schema, name, columns, rows, sha256 } = table;
  const { rows: found } = await client.query(`select 1 from ${qualified(schema, name)} limit 1`);
  if (found.length > 0)
    throw new Error(`The table ${schema}.${name} is not empty; an export is read into an empty database.`);
  const meter = measure();
  const stream = client.query(copyFrom(copyStatement(schema, name, columns, 'from stdin')));
  await pipeline(createReadStream(path), createGunzip(), meter.stream, stream);
  if (meter.rows() !== rows || meter.sha256() !== sha256) {
    throw new Error(`The file ${table.file} of the export is not as it was written.`);
  }
}

async function requireMigrations(client: pg.PoolClient, manifest: ExportManifest): Promise<void> {
  const { rows } = await client.query<{ owner: string; name: string }>(
    'select owner, name from schema_migrations',
  );
  const applied = new Set(rows.map((row) => `${row.owner}/${row.name}`));
  const missing = manifest.migrations
    .map(({ owner, name }) => `${owner}/${name}`)
    .filter((key) => !applied.has(key));
  if (missing.length > 0) {
    throw new Error(
      `The export was made by a newer program; these migrations are not known here: ${missing.join(', ')}`,
    );
  }
}

async function majorOf(client: pg.PoolClient): Promise<number> {
  const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
  return Math.floor(Number(rows[0]?.server_version_num) / 10_000);
}

function copyStatement(schema: string, name: string, columns: string[], direction: string): string {
  return `copy ${qualified(schema, name)} (${columns.map((column) => pg.escapeIdentifier(column)).join(', ')}) ${direction}`;
}

function qualified(schema: string, name: string): string {
  return `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
}

/** Counts rows (COPY text has one per line) and digests what flows through. */
function measure() {
  const hash = createHash('sha256');
  let rows = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      for (const byte of chunk) if (byte === 10) rows += 1;
      done(null, chunk);
    },
  });
  return { stream, rows: () => rows, sha256: () => hash.copy().digest('hex') };
}

function blackHole(): Transform {
  return new Transform({ transform: (_chunk, _encoding, done) => done() }).resume();
}
