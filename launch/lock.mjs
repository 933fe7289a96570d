// One launcher per data directory. flock(2) is released by the kernel however we die, so it is never stale.
import { spawnSync } from 'node:child_process';
import { closeSync, constants, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { exitCodes, reason, Refusal } from './refusal.mjs';

const programs = ['/usr/bin/flock', '/bin/flock'];

/**
 * Takes the lock or throws a Refusal (exit 75) that names the launcher that has it.
 * @param {string} path of the lock file, in a directory that only we can write
 * @returns {{ tell: (facts: { url: string }) => void, release: () => void }}
 */
export function takeLock(path) {
  const flock = programs.find((program) => existsSync(program));
  if (flock === undefined) throw new Refusal('The program flock is missing: install the package util-linux.');
  const fd = opened(path);
  // The lock belongs to the open file that child and parent have in common, so it outlives the child.
  const { status, error } = spawnSync(flock, ['-n', '3'], {
    stdio: ['ignore', 'ignore', 'inherit', fd],
    env: {},
  });
  if (status !== 0) {
    closeSync(fd);
    if (status !== 1)
      throw new Refusal(
        `The lock ${path} cannot be taken: ${error?.message ?? `flock ended with ${status}`}.`,
      );
    throw new Refusal(
      `NebulaCommand is already running on this data${holder(path)}.`,
      exitCodes.alreadyRunning,
    );
  }
  /** @param {object} facts */
  const write = (facts) => {
    ftruncateSync(fd);
    writeSync(fd, `${JSON.stringify(facts)}\n`, 0);
  };
  write({ pid: process.pid });
  return {
    tell: ({ url }) => write({ pid: process.pid, url }),
    release: () => {
      ftruncateSync(fd);
      closeSync(fd);
    },
  };
}

/** @param {string} path */
function opened(path) {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o640);
  } catch (error) {
    throw new Refusal(`The lock ${path} cannot be opened: ${reason(error)}.`, exitCodes.notPermitted);
  }
}

/** @param {string} path */
function holder(path) {
  try {
    const { pid, url } = JSON.parse(readFileSync(path, 'utf8'));
    return ` (pid ${Number(pid)}, ${typeof url === 'string' ? url : 'not yet answering'})`;
  } catch {
    // The holder is between taking the lock and writing who it is; that it runs is all we know.
    return '';
  }
}
