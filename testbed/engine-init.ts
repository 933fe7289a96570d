// First program in an engine's namespaces. It prepares them, starts containerd and dockerd, obeys its parent line by
// line and ends with it: when its standard input closes, the kernel ends everything in the process namespace.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { EngineCommand, EngineEvent, EnginePlan } from './engine-plan.ts';
import { requireProgram } from './run.ts';

const plan: EnginePlan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));

prepareNamespaces();
launch('containerd', plan.containerd);
let dockerd = launch('dockerd', plan.dockerd);
tell({ event: 'started' });

for await (const line of createInterface({ input: process.stdin })) await obey(line);
process.exit(0);

/** Only this mount and network namespace changes: the host keeps its /run, its /etc/docker and its sysctls. */
function prepareNamespaces(): void {
  must(['ip', 'link', 'set', 'lo', 'up']);
  must(['mount', '-t', 'tmpfs', '-o', 'mode=0755', 'tmpfs', '/run']);
  if (existsSync('/etc/docker')) must(['mount', '-t', 'tmpfs', 'tmpfs', '/etc/docker']);
  // dockerd raises the kernel's key limits, which are one for the whole machine.
  if (existsSync('/proc/sys/kernel/keys')) {
    must(['mount', '--bind', '/proc/sys/kernel/keys', '/proc/sys/kernel/keys']);
    must(['mount', '-o', 'remount,bind,ro', '/proc/sys/kernel/keys']);
  }
}

function must([program = '', ...args]: string[]): void {
  const ended = spawnSync(requireProgram(program), args, { encoding: 'utf8' });
  if (ended.status !== 0)
    throw new Error(`${program} ${args.join(' ')}: ${ended.stderr || ended.error?.message}`);
}

function launch(name: string, [program = '', ...args]: string[]): ChildProcess {
  const log = openSync(`${plan.dir}/${name}.log`, 'a');
  const child = spawn(program, args, { env: plan.env, cwd: plan.dir, stdio: ['ignore', log, log] });
  child.on('error', (error) => tell({ event: 'ended', name, code: null, message: error.message }));
  child.on('exit', (code) => tell({ event: 'ended', name, code }));
  return child;
}

async function obey(line: string): Promise<void> {
  const command: EngineCommand = JSON.parse(line);
  switch (command.do) {
    case 'stop':
      await end(command.signal);
      break;
    case 'start':
      dockerd = launch('dockerd', plan.dockerd);
      break;
    default:
      command satisfies never;
  }
  tell({ event: 'done', id: command.id });
}

async function end(signal: NodeJS.Signals): Promise<void> {
  if (dockerd.exitCode !== null || dockerd.signalCode !== null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  dockerd.once('exit', () => resolve());
  dockerd.kill(signal);
  await promise;
}

function tell(event: EngineEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}
