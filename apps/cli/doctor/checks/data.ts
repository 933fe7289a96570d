import { existsSync, lstatSync, readFileSync, type Stats, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '@nebula/exec';
import { isRunning, type ProcessRecord } from '../../../../launch/process-table.mjs';
import { node24 } from '../../../../launch/runtime.mjs';
import type { Installation } from '../../local/installation.ts';
import { type Check, problem, ok, systemCode, unknown, warning } from '../check.ts';

const reinstall = 'Start NebulaCommand (`npm start`): it installs what the lockfile names.';

/** The Node that the lockfile pins, and whether it runs. */
export const runtime: Check = {
  id: 'runtime',
  area: 'NebulaCommand',
  title: 'Runtime',
  meaning: 'The program was tested with exactly this Node.',
  async look({ program }, signal) {
    const { optionalDependencies } = JSON.parse(await readFile(join(program, 'package.json'), 'utf8'));
    const wanted = `v${optionalDependencies[`node-linux-${process.arch}`]}`;
    let path: string;
    try {
      path = node24(program);
    } catch (error) {
      return problem(error instanceof Error ? error.message : String(error), reinstall);
    }
    const { code, stdout } = await run({ program: path, args: ['--version'] }, { timeoutMs: 5000, signal });
    const found = stdout.trim();
    if (code !== 0) return problem(`${path} does not run (exit code ${code}).`, reinstall);
    if (found !== wanted) return problem(`${path} is ${found}; the lockfile names ${wanted}.`, reinstall);
    return ok(`Node ${found}, as the lockfile names it.`);
  },
};

/** Existence, owner and mode of the data directory. */
export const dataPlace: Check = {
  id: 'data',
  area: 'Rights',
  title: 'Data directory',
  meaning: 'Everything NebulaCommand keeps is in there, passwords and sessions included.',
  async look({ dataDir }) {
    const found = statSync(dataDir, { throwIfNoEntry: false });
    if (found === undefined) return problem(`${dataDir} does not exist.`, startOnce);
    if (!found.isDirectory())
      return problem(`${dataDir} is not a directory.`, 'Name another one with NEBULA_DATA.');
    const user = process.geteuid?.();
    if (user === 0 && found.uid === 0) {
      return problem(`${dataDir} belongs to root, as whom the server does not run.`, startOnce);
    }
    if (user !== 0 && user !== found.uid) {
      return problem(`${dataDir} belongs to user ${found.uid}.`, 'Run this as that user or as root.');
    }
    if ((found.mode & 0o077) !== 0) {
      return problem(
        `${dataDir} is open to others (mode ${octal(found)}).`,
        `Close it: chmod 700 '${dataDir}'`,
      );
    }
    return ok(`${dataDir} belongs to user ${found.uid} and is closed to others.`);
  },
};

const startOnce = 'Start NebulaCommand once (`npm start`).';
const secretKeys = ['audit.key', 'device.key', 'vault.key'];

/** The keys outside the database: all there, and readable by their owner only. */
export const keys: Check = {
  id: 'keys',
  area: 'Rights',
  title: 'Keys',
  meaning: 'They prove the audit and open the vault; whoever reads them can forge and read both.',
  async look({ installation }) {
    if (installation === undefined) return unknown('There is no data directory.', startOnce);
    const dir = join(installation.dataDir, 'keys');
    const found = new Map<string, Stats | undefined>();
    for (const name of secretKeys) found.set(name, lstatSync(join(dir, name), { throwIfNoEntry: false }));
    const missing = secretKeys.filter((name) => found.get(name) === undefined);
    const isNew = !existsSync(join(installation.dataDir, 'postgres', 'PG_VERSION'));
    if (missing.length === secretKeys.length && isNew)
      return warning(`There are no keys in ${dir} yet.`, startOnce);
    if (missing.length > 0) {
      return problem(
        `Missing in ${dir}: ${missing.join(', ')}.`,
        'Put them back from your own copy; new ones prove nothing old.',
      );
    }
    const bad = secretKeys.filter((name) => !isPrivate(found.get(name), installation));
    if (bad.length > 0) {
      const next = `Give them to user ${installation.owner.uid} with mode 600, and ask who could read them.`;
      return problem(`Not private to their owner in ${dir}: ${bad.join(', ')}.`, next);
    }
    return ok(`All ${secretKeys.length} are in ${dir}, mode 600.`);
  },
};

function isPrivate(found: Stats | undefined, { owner }: Installation): boolean {
  return found !== undefined && found.isFile() && found.uid === owner.uid && (found.mode & 0o077) === 0;
}

/** What a start that was killed has left: the next start takes it away, so it only explains. */
export const leftovers: Check = {
  id: 'leftovers',
  area: 'NebulaCommand',
  title: 'Leftovers',
  meaning: 'What a killed start left explains messages of the next one.',
  async look({ installation }) {
    if (installation === undefined) return ok('There is no data directory, so nothing is left in it.');
    const left: string[] = [];
    const lock = lockState(installation);
    for (const record of processRecords(installation)) {
      const which = `the ${record.name} with pid ${record.pid}`;
      if (!isRunning(record)) left.push(`${which} is gone but still listed`);
      else if (lock !== 'held') left.push(`${which} runs without its launcher`);
    }
    if (lock === 'stale') left.push(`${installation.lockFile} names a launcher that does not hold it`);
    const pidFile = join(installation.dataDir, 'postgres', 'postmaster.pid');
    const pid = Number.parseInt(readOrNothing(pidFile).split('\n')[0] ?? '', 10);
    if (pid > 0 && statSync(`/proc/${pid}`, { throwIfNoEntry: false }) === undefined) {
      left.push(`${pidFile} names the process ${pid}, which is gone`);
    }
    if (left.length > 0) return warning(`${left.join('; ')}.`, 'The next start repairs this by itself.');
    return ok(lock === 'held' ? 'None; a launcher runs.' : 'None; no launcher runs.');
  },
};

/** The processes that the launcher has started, as it wrote them down; none when it has not. */
export function processRecords({ runtimeDir }: Installation): ProcessRecord[] {
  const text = readOrNothing(join(runtimeDir, 'pids.json'));
  if (text === '') return [];
  const records: unknown = JSON.parse(text);
  return Array.isArray(records) ? records.filter(isRecord) : [];
}

function isRecord(value: unknown): value is ProcessRecord {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    Number.isInteger(value.pid) &&
    'name' in value
  );
}

/** Whether somebody holds the launcher's lock, as the kernel lists it (proc(5), /proc/locks). */
function lockState({ lockFile }: Installation): 'held' | 'stale' | 'none' {
  const found = lstatSync(lockFile, { throwIfNoEntry: false });
  if (found === undefined || found.size === 0) return 'none';
  const isHeld = readFileSync('/proc/locks', 'utf8')
    .split('\n')
    .some((line) => / FLOCK .*:(\d+) 0 EOF$/.exec(line)?.[1] === String(found.ino));
  return isHeld ? 'held' : 'stale';
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return '';
    throw error;
  }
}

function octal({ mode }: Stats): string {
  return (mode & 0o777).toString(8);
}
