import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { controlGroupOf, removeControlGroups } from './control-groups.ts';
import { identify } from './processes.ts';
import { createRunDir, engineIdentityFile } from './run-dir.ts';
import { type Ended, requireProgram, run, type RunOptions } from './run.ts';

/** A machine that a real systemd runs, beside this one. */
export interface TestSystemd extends AsyncDisposable {
  /** Folder that both sides see; `/run` is its own. */
  dir: string;
  /** Runs a program on that machine. */
  exec(argv: readonly string[], options?: RunOptions): Promise<Ended>;
}

/** What `systemd-init.ts` needs to know, as its only argument. */
export interface SystemdPlan {
  dir: string;
  /** Where control groups of version 2 are on this machine. */
  groups: string;
  /** Name of the control group that is the machine's root. */
  group: string;
}

/** Units that others want by default; empty, they are reached at once. */
const milestones = ['sysinit', 'basic', 'sockets', 'timers', 'paths', 'shutdown'];
/** Taken from the machine, as they are there. */
const journalUnits = ['systemd-journald.service', 'systemd-journald.socket'];

/**
 * Starts systemd as first process of namespaces of its own (processes, mounts, control groups, names), with its journal and the
 * given units and none of this machine's. It ends with this process, however that ends.
 *
 * @param units texts of unit files by their name
 * @throws Error with the end of its log when it does not come up within a minute
 */
export async function startSystemd(units: Readonly<Record<string, string>>): Promise<TestSystemd> {
  if (process.getuid?.() !== 0) throw new Error('systemd needs root: run the tests as root.');
  const dir = createRunDir('engine');
  writeUnits(join(dir, 'units'), units);
  const plan: SystemdPlan = { dir, groups: groupsOfVersion2(), group: controlGroupOf(dir) };
  const space = spawn(
    requireProgram('setpriv'),
    [
      ...['--pdeathsig', 'KILL', '--', process.execPath, '--disable-warning=ExperimentalWarning'],
      ...[join(import.meta.dirname, 'systemd-init.ts'), JSON.stringify(plan)],
    ],
    { stdio: ['ignore', openSync(join(dir, 'log'), 'a'), openSync(join(dir, 'log'), 'a')] },
  );
  const end = async () => {
    await ended(space);
    await removeControlGroups(dir);
    await rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  };
  try {
    const first = await firstProcess(space);
    // With it a later run finds what is left when this one is killed.
    writeFileSync(join(dir, engineIdentityFile), JSON.stringify(identify(first)));
    const inside = [requireProgram('nsenter'), '--target', String(first)];
    const spaces = ['--mount', '--pid', '--cgroup', '--uts', '--ipc'];
    const exec = (argv: readonly string[], options?: RunOptions) =>
      run([...inside, ...spaces, '--', ...argv], options);
    await untilUp(exec, space);
    return { dir, exec, [Symbol.asyncDispose]: end };
  } catch (error) {
    const log = existsSync(join(dir, 'log')) ? readFileSync(join(dir, 'log'), 'utf8').slice(-3000) : '';
    await end();
    throw new Error(`systemd did not start: ${String(error)}\n${log}`, { cause: error });
  }
}

function writeUnits(folder: string, units: Readonly<Record<string, string>>): void {
  mkdirSync(folder);
  for (const name of milestones) {
    writeFileSync(join(folder, `${name}.target`), `[Unit]\nDescription=${name}\nDefaultDependencies=no\n`);
  }
  for (const name of journalUnits)
    writeFileSync(join(folder, name), readFileSync(`/lib/systemd/system/${name}`));
  writeFileSync(
    join(folder, 'machine.target'),
    `[Unit]\nDescription=Test machine\nRequires=${journalUnits.join(' ')}\nAfter=${journalUnits.join(' ')}\nDefaultDependencies=no\n`,
  );
  for (const [name, text] of Object.entries(units)) writeFileSync(join(folder, name), text);
}

function groupsOfVersion2(): string {
  const found = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].find((path) =>
    existsSync(join(path, 'cgroup.controllers')),
  );
  if (found === undefined) throw new Error('systemd needs control groups of version 2, which are not here.');
  return found;
}

/** The one child of `unshare --fork`, once there is one. */
async function firstProcess(space: ChildProcess): Promise<number> {
  for (const until = Date.now() + 60_000; Date.now() < until; await sleep(50)) {
    if (space.exitCode !== null || space.signalCode !== null) throw new Error('it ended');
    const pid = Number(readFileSync(`/proc/${space.pid}/task/${space.pid}/children`, 'utf8').trim());
    if (pid > 0 && readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'systemd') return pid;
  }
  throw new Error('it has no first process after a minute');
}

async function untilUp(exec: TestSystemd['exec'], space: ChildProcess): Promise<void> {
  for (const until = Date.now() + 60_000; ; await sleep(100)) {
    const { stdout, stderr } = await exec(['/usr/bin/systemctl', 'is-active', 'machine.target']);
    if (stdout.trim() === 'active') return;
    if (space.exitCode !== null || space.signalCode !== null) throw new Error('it ended');
    if (Date.now() > until) throw new Error(`after a minute it says ${stdout}${stderr}`);
  }
}

/** Its end is the end of the first process (--kill-child), and with that of everything in the namespaces. */
async function ended(space: ChildProcess): Promise<void> {
  if (space.exitCode !== null || space.signalCode !== null) return;
  const gone = once(space, 'exit');
  space.kill('SIGKILL');
  await gone;
}
