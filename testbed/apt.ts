import { stat } from 'node:fs/promises';
import { run, runOk } from './run.ts';

/** What a simulated installation said it would do. */
export interface Simulation {
  installs: string[];
  upgrades: string[];
  removes: string[];
}

/**
 * Reads the output of `apt-get install -s`: lines `Inst name (new ...)`, `Inst name [old] (new ...)` and
 * `Remv name [old]`; source: apt-get(8), option `--simulate`.
 */
export function parseSimulation(output: string): Simulation {
  const simulation: Simulation = { installs: [], upgrades: [], removes: [] };
  for (const line of output.split('\n')) {
    const [verb, name = '', third = ''] = line.trim().split(/\s+/);
    if (verb === 'Remv' || verb === 'Purg') simulation.removes.push(name);
    else if (verb === 'Inst') (third.startsWith('[') ? simulation.upgrades : simulation.installs).push(name);
  }
  return simulation;
}

/** Throws when an installation would remove anything: a test never costs a server one of its packages. */
export function refuseRemovals(simulation: Simulation): void {
  if (simulation.removes.length === 0) return;
  throw new Error(
    `Installing the test parts would remove ${simulation.removes.join(', ')} from this machine, so nothing was ` +
      'installed. Install the parts by hand, or run the tests on another machine.',
  );
}

/** Options that make apt wait for a lock somebody holds, and never ask. */
export const aptOptions = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0'] as const;

/** Environment for apt: no questions, messages in English. */
export function aptEnvironment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    DEBIAN_FRONTEND: 'noninteractive',
    NEEDRESTART_MODE: 'l',
    LC_ALL: 'C.UTF-8',
  };
}

/** Whether apt knows a version of the package it could install or has installed. */
export async function hasCandidate(name: string): Promise<boolean> {
  const { stdout } = await run(['apt-cache', 'policy', name], { env: aptEnvironment() });
  return /^ {2}Candidate: (?!\(none\))/m.test(stdout);
}

/** First package of the list that apt can install, or null. */
export async function firstAvailable(names: readonly string[]): Promise<string | null> {
  for (const name of names) if (await hasCandidate(name)) return name;
  return null;
}

/** Fetches the package lists and answers what went wrong, or null. */
export async function updateLists(): Promise<string | null> {
  const ended = await run(['apt-get', ...aptOptions, 'update', '-q'], {
    env: aptEnvironment(),
    timeout: 600_000,
  });
  return ended.code === 0 ? null : ended.stderr.trim();
}

/** Whether the package lists are missing or older than a day. */
export async function listsAreOld(folder = '/var/lib/apt/lists', now = Date.now()): Promise<boolean> {
  const seen = await stat(`${folder}/partial`).catch(() => null);
  return seen === null || now - seen.mtimeMs > 24 * 60 * 60_000;
}

/** Asks apt what an installation would do, without doing it. */
export async function simulateInstall(packages: readonly string[]): Promise<Simulation> {
  const argv = ['apt-get', ...aptOptions, 'install', '-s', '--no-install-recommends', ...packages];
  return parseSimulation(await runOk(argv, { env: aptEnvironment() }));
}
