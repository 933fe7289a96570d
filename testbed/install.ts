import { connect } from 'node:net';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import {
  aptEnvironment,
  aptOptions,
  firstAvailable,
  listsAreOld,
  refuseRemovals,
  type Simulation,
  simulateInstall,
  updateLists,
} from './apt.ts';
import { CannotInstall, withInstallLock, withStartsForbidden } from './install-guards.ts';
import { type Binary, missingBinaries, type Part } from './parts.ts';
import { findProgram, run } from './run.ts';

/** How an installation answers the question a machine in use is asked, and what it sees of the machine. */
export interface InstallOptions {
  /** Answers yes beforehand (`--yes`, or CI=true). */
  yes: boolean;
  machine?: Machine;
}

/** What decides whether and how an installation may begin. */
export interface Machine {
  isRoot: boolean;
  hasTerminal: boolean;
  /** Why this machine must be asked before anything is installed, or null for a throw-away one. */
  inUse(): Promise<string | null>;
}

const thisMachine: Machine = {
  isRoot: process.getuid?.() === 0,
  hasTerminal: process.stdin.isTTY,
  inUse,
};

/**
 * Installs what the parts lack, and nothing when every binary is there.
 *
 * @throws CannotInstall when not root, when the person says no or cannot be asked, or when apt would remove something.
 */
export async function ensureParts(wanted: readonly Part[], options: InstallOptions): Promise<void> {
  const machine = options.machine ?? thisMachine;
  if (missingBinaries(wanted).length === 0) return;
  const list = aptLine(missingBinaries(wanted));
  if (!machine.isRoot) {
    throw new CannotInstall(`Tests need parts that this machine lacks. As root, run:\n  ${list}`);
  }
  if (findProgram('apt-get') === null) {
    throw new CannotInstall(
      `There is no apt here. Install what these packages carry, then test again:\n  ${list}`,
    );
  }
  const reason = await machine.inUse();
  if (reason !== null && !options.yes && !machine.hasTerminal) {
    throw new CannotInstall(
      `This machine ${reason}, so nothing is installed without a yes. Tests need:\n` +
        `${wanted.map((part) => `  ${part.id}: ${part.what}`).join('\n')}\n` +
        `Say yes with --yes or CI=true, or run:\n  ${list}`,
    );
  }
  await withInstallLock(async () => {
    // Another run may have installed them while this one waited.
    const missing = missingBinaries(wanted);
    if (missing.length === 0) return;
    await install(missing, reason !== null && !options.yes ? reason : null);
    const left = missingBinaries(wanted);
    if (left.length > 0) {
      throw new CannotInstall(
        `Still missing after the installation: ${left.map(({ names }) => names[0]).join(', ')}`,
      );
    }
  });
}

async function install(missing: readonly Binary[], askBecause: string | null): Promise<void> {
  let packages = await packagesOf(missing);
  if (packages === null || (await listsAreOld())) {
    process.stderr.write('Fetching package lists (apt-get update) ...\n');
    const problem = await updateLists();
    if (problem !== null)
      process.stderr.write(`apt-get update failed, going on with the old lists: ${problem}\n`);
    packages = await packagesOf(missing);
  }
  if (packages === null) {
    throw new CannotInstall(
      `apt knows no package for one of: ${missing.map(({ names }) => names[0]).join(', ')}`,
    );
  }
  const simulation = await simulateInstall(packages);
  refuseRemovals(simulation);
  if (askBecause !== null) await ask(askBecause, simulation);
  const unitsBefore = serviceUnits.filter(unitExists);
  process.stderr.write(`Installing test parts: ${packages.join(' ')} ...\n`);
  const argv = ['apt-get', ...aptOptions, 'install', '-y', '-q', '--no-install-recommends', ...packages];
  const ended = await withStartsForbidden(() => run(argv, { env: aptEnvironment(), timeout: 1_800_000 }));
  if (ended.code !== 0) {
    throw new CannotInstall(
      `apt-get install failed:\n${`${ended.stdout}${ended.stderr}`.trim().slice(-3000)}`,
    );
  }
  await keepDisabled(serviceUnits.filter((unit) => !unitsBefore.includes(unit) && unitExists(unit)));
}

async function packagesOf(missing: readonly Binary[]): Promise<string[] | null> {
  const names = new Set<string>();
  for (const binary of missing) {
    const name = await firstAvailable(binary.packages);
    if (name === null) return null;
    names.add(name);
  }
  return [...names];
}

async function inUse(): Promise<string | null> {
  if (await answers('/var/run/docker.sock')) return 'runs Docker';
  if (existsSync('/run/systemd/system') || readFileSync('/proc/1/comm', 'utf8').trim() === 'systemd') {
    return 'runs systemd';
  }
  return null;
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path, timeout: 2000 });
    const settle = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket
      .on('connect', () => settle(true))
      .on('error', () => settle(false))
      .on('timeout', () => settle(false));
  });
}

async function ask(reason: string, simulation: Simulation): Promise<void> {
  process.stderr.write(
    `This machine ${reason}. The tests would install, without starting or enabling a service:\n` +
      `  new: ${simulation.installs.join(' ') || 'nothing'}\n` +
      (simulation.upgrades.length > 0 ? `  upgraded: ${simulation.upgrades.join(' ')}\n` : ''),
  );
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question('Install them? [y/N] ');
  lines.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new CannotInstall('Nothing was installed.');
}

const serviceUnits = [
  'docker.service',
  'docker.socket',
  'containerd.service',
  'pdns.service',
  'caddy.service',
] as const;

function unitExists(unit: string): boolean {
  return ['/lib/systemd/system', '/usr/lib/systemd/system', '/etc/systemd/system'].some((folder) =>
    existsSync(`${folder}/${unit}`),
  );
}

/** Debian enables a service it installs: without this the next boot would start a Docker nobody asked for. */
async function keepDisabled(units: readonly string[]): Promise<void> {
  if (units.length === 0 || findProgram('systemctl') === null) return;
  const ended = await run(['systemctl', 'disable', '--quiet', ...units]);
  if (ended.code !== 0)
    process.stderr.write(`Could not disable ${units.join(', ')}: ${ended.stderr.trim()}\n`);
}

function aptLine(missing: readonly Binary[]): string {
  const packages = new Set(missing.map((binary) => binary.packages[0] ?? ''));
  // Debian 12 and Ubuntu carry the client in docker.io itself.
  if (packages.has('docker.io')) packages.delete('docker-cli');
  return `apt-get install --no-install-recommends ${[...packages].join(' ')}`;
}
