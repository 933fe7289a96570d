import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, ownIdentity, readIdentity } from './processes.ts';

/** A reason to stop that is told to the person as it stands, without a stack. */
export class CannotInstall extends Error {
  override readonly name = 'CannotInstall';
}

const policyFile = '/usr/sbin/policy-rc.d';
const policyMark = '# nebula-testbed: removed when the installation of the test parts ends';
const lockFolder = '/run/lock/nebula-testbed-install';

/**
 * Runs the work while Debian's policy forbids packages to start services (code 101, read by invoke-rc.d and
 * deb-systemd-invoke alike). A policy that somebody else put there stays as it is. An interrupt waits for the work,
 * because a policy removed under a running dpkg would let it start what it installs.
 */
export async function withStartsForbidden<T>(work: () => Promise<T>, file = policyFile): Promise<T> {
  const isOurs = writePolicy(file);
  let interrupted: NodeJS.Signals | null = null;
  const note = (signal: NodeJS.Signals) => {
    interrupted = signal;
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, note);
  try {
    const result = await work();
    if (interrupted !== null) throw new CannotInstall(`Interrupted by ${String(interrupted)}.`);
    return result;
  } finally {
    for (const signal of signals) process.off(signal, note);
    if (isOurs) rmSync(file, { force: true });
  }
}

function writePolicy(file: string): boolean {
  try {
    writeFileSync(file, `#!/bin/sh\n${policyMark}\nexit 101\n`, { mode: 0o755, flag: 'wx' });
    return true;
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
    // One that an interrupted run of ours left behind is taken over and removed at the end.
    return readFileSync(file, 'utf8').includes(policyMark);
  }
}

/** Runs the work while no other test run on this machine installs; a lock of a dead process is taken over. */
export async function withInstallLock<T>(work: () => Promise<T>, folder = lockFolder): Promise<T> {
  const own = mkdtempSync(`${folder}-`);
  writeFileSync(join(own, 'owner.json'), JSON.stringify(ownIdentity()));
  try {
    for (let tries = 0; !take(own, folder); tries += 1) {
      const holder = readIdentity(join(folder, 'owner.json'));
      if (holder !== null && !isAlive(holder)) rmSync(folder, { recursive: true, force: true });
      else if (tries === 0) process.stderr.write('Another test run installs parts; waiting for it ...\n');
      await sleep(500);
    }
    try {
      return await work();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/** Renaming a folder that already holds its owner's name takes the lock in one step: it fails when one is there. */
function take(own: string, folder: string): boolean {
  try {
    renameSync(own, folder);
    return true;
  } catch (error) {
    if (isCode(error, 'ENOTEMPTY') || isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
