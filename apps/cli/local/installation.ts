import { existsSync, realpathSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { tlsFiles } from '../../../launch/environment.mjs';
import { defaultData, runtimePath } from '../../../launch/places.mjs';
import { exitCodes, Failure } from '../failure.ts';
import type { CliConfig } from '../settings.ts';

/** NebulaCommand on this machine: where its data lies and whose it is. */
export interface Installation {
  /** Real path. */
  dataDir: string;
  /** Who the server runs as. */
  owner: { uid: number; gid: number };
  /** Root starts it, and it drops to the owner. */
  isRootMode: boolean;
  /** Directory of sockets; need not exist. */
  runtimeDir: string;
  /** File that a running launcher holds locked. */
  lockFile: string;
  /** Root of this copy of the program. */
  program: string;
}

/** Root of the program that this file belongs to. */
export const programRoot = dirname(dirname(dirname(import.meta.dirname)));

/** Where the data lies: `NEBULA_DATA`, else what the launcher takes for this person. */
export function dataDirectory(config: CliConfig): string {
  const isRoot = process.geteuid?.() === 0;
  return config.dataDir ?? defaultData(isRoot, { XDG_STATE_HOME: config.stateHome }, homedir());
}

/** Finds the installation. Throws a failure when there is none, or when it belongs to somebody else. */
export function findInstallation(config: CliConfig): Installation {
  const path = dataDirectory(config);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new Failure(exitCodes.notFound, `There is no data of NebulaCommand in ${path}.`, {
      next: 'Start NebulaCommand once (`npm start`), or name its directory with NEBULA_DATA.',
    });
  }
  const user = process.geteuid?.();
  if (user !== 0 && user !== found.uid) {
    throw new Failure(exitCodes.denied, `The data in ${path} belongs to user ${found.uid}.`, {
      next: 'Run this as that user or as root.',
    });
  }
  return installationAt(realpathSync(path), found, config);
}

/** What follows from a data directory and its owner, as the launcher has it. */
export function installationAt(
  dataDir: string,
  { uid, gid }: { uid: number; gid: number },
  config: CliConfig,
): Installation {
  const ownLock = join(dataDir, '.nebula-lock');
  const isRootMode = process.geteuid?.() === 0 && !existsSync(ownLock);
  const who = { uid, isRoot: isRootMode, service: { name: `user ${uid}`, uid, gid } };
  const runtimeDir = runtimePath(dataDir, who, { XDG_RUNTIME_DIR: config.sessionDir });
  const lockFile = isRootMode ? join(runtimeDir, 'lock') : ownLock;
  return { dataDir, owner: { uid, gid }, isRootMode, runtimeDir, lockFile, program: programRoot };
}

/** The address that a running launcher wrote into its lock; undefined when none runs or it does not answer yet. */
export async function runningUrl({ lockFile }: Installation): Promise<string | undefined> {
  try {
    const facts: unknown = JSON.parse(await readFile(lockFile, 'utf8'));
    const isFacts = typeof facts === 'object' && facts !== null && 'url' in facts;
    return isFacts && typeof facts.url === 'string' ? facts.url : undefined;
  } catch {
    // No launcher, or one between taking the lock and writing who it is.
    return undefined;
  }
}

/** Certificate of the authority that `--lan` made; undefined when there is none. */
export function authorityOf({ dataDir }: Installation): string | undefined {
  const { authority } = tlsFiles(dataDir);
  return existsSync(authority) ? authority : undefined;
}
