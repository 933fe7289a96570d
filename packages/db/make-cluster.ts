import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, link, mkdir, open, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { run } from '@nebula/exec';
import type { EmbeddedOptions } from './embedded.ts';
import { lastLines } from './postmaster.ts';

/** The superuser of an embedded database. */
export const userName = 'nebula';

/** The data directory or the password beside it is not what a database of ours has. */
export class UnusableDataError extends Error {
  override readonly name = 'UnusableDataError';
}

/** Says that a directory is a draft of ours, which may be removed with everything in it. */
const marker = 'nebula-draft';

/**
 * Makes the database in `dataDir` unless there is one, and answers its password. Everything is made in
 * `<dataDir>.new-<pid>` and gets its name when it is whole and on the disk, so that a kill at any instant leaves either
 * nothing or a database. The caller owns the data ({@link takeOwnership}).
 *
 * @throws {UnusableDataError} when `dataDir` holds something else, which is left as it is, or its password is lost
 */
export async function ensureCluster(options: EmbeddedOptions): Promise<string> {
  const { dataDir } = options;
  const present = existsSync(dataDir) ? await readdir(dataDir) : [];
  await sweepDrafts(dataDir);
  if (present.includes('PG_VERSION')) return await passwordOfData(dataDir);
  if (present.length > 0) {
    throw new UnusableDataError(
      `The directory ${dataDir} is not empty and holds no database. Nothing in it was touched; move it away, or choose another data directory.`,
    );
  }
  const draft = `${dataDir}.new-${process.pid}`;
  await mkdir(draft, { mode: 0o700 });
  try {
    await writeDurably(join(draft, marker), '');
    await giveToDatabaseUser(draft, options);
    const password = await ensurePassword(draft, options);
    await initialise(join(draft, 'data'), options);
    await moveIntoPlace(join(draft, 'data'), dataDir);
    options.log.info({ dataDir }, 'made the embedded database');
    return password;
  } finally {
    await removeDraft(draft);
  }
}

/** Hands a file or directory to the user as whom the database runs, closed to everybody else. */
export async function giveToDatabaseUser(
  path: string,
  { uid, gid }: Pick<EmbeddedOptions, 'uid' | 'gid'>,
  mode = 0o700,
): Promise<void> {
  if (uid !== undefined) await chown(path, uid, gid ?? uid);
  await chmod(path, mode);
}

/** Reads the password of the embedded database that lies in `dataDir`, to reach it from another process of its owner. */
export async function embeddedPassword(dataDir: string): Promise<string> {
  return (await readFile(`${dataDir}.password`, 'utf8')).trim();
}

async function passwordOfData(dataDir: string): Promise<string> {
  const password = existsSync(`${dataDir}.password`) ? await embeddedPassword(dataDir) : '';
  if (password !== '') return password;
  throw new UnusableDataError(
    `The password of the database in ${dataDir} is lost: ${dataDir}.password is missing or empty. Put it back from a copy, or restore a backup into a new data directory.`,
  );
}

/** Keeps a whole one that a start before this one left; one that is torn opens nothing yet and is replaced. */
async function ensurePassword(draft: string, options: EmbeddedOptions): Promise<string> {
  const file = `${options.dataDir}.password`;
  const isThere = existsSync(file);
  if (isThere) {
    const left = await embeddedPassword(options.dataDir);
    if (/^[\w-]{32}$/.test(left)) {
      // A start that was killed may not have come to giving it away.
      await giveToDatabaseUser(file, options, 0o600);
      return left;
    }
  }
  const password = randomBytes(24).toString('base64url');
  await writeDurably(join(draft, 'password'), password);
  await giveToDatabaseUser(join(draft, 'password'), options, 0o600);
  if (isThere) await rename(join(draft, 'password'), file);
  else await link(join(draft, 'password'), file);
  await syncDirectory(dirname(file));
  return password;
}

/** `initdb` syncs everything below `-D` to the disk before it ends. */
async function initialise(dir: string, { dataDir, binaries, uid, gid }: EmbeddedOptions): Promise<void> {
  const outcome = await run(
    {
      program: join(binaries.binDir, 'initdb'),
      args: [
        '-D',
        dir,
        `--username=${userName}`,
        '--auth=scram-sha-256',
        `--pwfile=${dataDir}.password`,
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--locale=C.UTF-8',
        '--no-instructions',
      ],
      cwd: '/',
      env: { LC_ALL: 'C' },
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    },
    { timeoutMs: 120_000 },
  );
  if (outcome.code !== 0)
    throw new Error(`The embedded database could not be made: ${lastLines(outcome.stderr)}`);
}

/** A rename takes the place of an empty directory, and of nothing else. */
async function moveIntoPlace(made: string, dataDir: string): Promise<void> {
  try {
    await rename(made, dataDir);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : '';
    if (code !== 'EBUSY' && code !== 'EXDEV') throw cause;
    throw new UnusableDataError(
      `The directory ${dataDir} is a mount point, and a database is not made in one. Mount the disk at ${dirname(dataDir)} instead.`,
      { cause },
    );
  }
  await syncDirectory(dirname(dataDir));
}

/** Removes what starts that were killed left, as far as it says that it is ours. */
async function sweepDrafts(dataDir: string): Promise<void> {
  const prefix = `${basename(dataDir)}.new-`;
  for (const name of await readdir(dirname(dataDir))) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : 0;
    if (!Number.isInteger(pid) || pid < 1) continue;
    // Our own process id may have been another's before us: we have made no draft yet.
    if (pid !== process.pid && existsSync(`/proc/${pid}`)) continue;
    const path = join(dirname(dataDir), name);
    // A file, or what we may not look into, is not ours.
    const content = await readdir(path).catch(() => null);
    if (content?.includes(marker)) await removeDraft(path);
    else if (content?.length === 0) await rmdir(path);
  }
}

/** The marker goes last, so that a removal that is cut short can be gone on with. */
async function removeDraft(path: string): Promise<void> {
  // An initdb whose starter was killed may still be writing there.
  const options = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 };
  await rm(join(path, 'data'), options);
  await rm(path, options);
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
