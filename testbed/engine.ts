import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { busyboxImage, importBusybox } from './busybox.ts';
import { removeControlGroups } from './control-groups.ts';
import { dockerClient, type EngineCommand, type EngineEvent, socketOf, writePlan } from './engine-plan.ts';
import { identify, type ProcessIdentity, signalProcess } from './processes.ts';
import { findProgram, requireProgram, run, type Ended, type RunOptions } from './run.ts';
import { createRunDir, engineIdentityFile, sweepRunDirs } from './run-dir.ts';

/** What a test needs of an engine, its own or the one it shares. */
export interface EngineAccess {
  /** Path of the Docker API's unix socket. */
  socket: string;
  /** Name of an image with a static busybox in it. */
  busyboxImage: string;
  /** Process id, on the host, of the first process in the engine's namespaces. */
  pid: number;
  /** Runs the docker client against this engine. */
  docker(args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** Runs a program in the engine's network namespace, where published ports and container addresses are reachable. */
  exec(argv: readonly string[], options?: RunOptions): Promise<Ended>;
}

/** An engine of a test's own, that it may break. */
export interface TestEngine extends EngineAccess, AsyncDisposable {
  /** Folder with data root, sockets and logs. */
  dir: string;
  dataRoot: string;
  /** Stops dockerd with this signal, SIGTERM without one; the socket stops answering, the data stays. */
  stopDaemon(signal?: NodeJS.Signals): Promise<void>;
  /** Starts dockerd on the same data and waits until it answers. */
  startDaemon(): Promise<void>;
  /** Stops and starts dockerd. */
  restart(): Promise<void>;
  /** Kills dockerd, as a crash would. */
  kill(): Promise<void>;
  /** Ends the engine and everything in its namespaces, and removes its folder. */
  stop(): Promise<void>;
}

/**
 * Starts a Docker engine in network, mount and process namespaces of its own, so that the host's firewall, sysctls,
 * containers and /run stay as they are. It ends when this process ends, however that happens.
 *
 * @throws Error with the end of the engine's log when it does not answer within a minute.
 */
export async function startEngine(): Promise<TestEngine> {
  if (process.getuid?.() !== 0) throw new Error('The test engine needs root: run the tests as root.');
  await sweepRunDirs();
  const dir = createRunDir('engine');
  const plan = await writePlan(dir);
  const planFile = join(dir, 'plan.json');
  writeFileSync(planFile, JSON.stringify(plan));
  const reaper = findProgram('docker-init') ?? findProgram('tini');
  const space = spawn(
    requireProgram('unshare'),
    [
      ...[
        '--net',
        '--mount',
        '--propagation',
        'slave',
        '--pid',
        '--fork',
        '--kill-child',
        '--mount-proc',
        '--',
      ],
      ...(reaper === null ? [] : [reaper, '--']),
      ...[
        process.execPath,
        '--disable-warning=ExperimentalWarning',
        join(import.meta.dirname, 'engine-init.ts'),
      ],
      planFile,
    ],
    { stdio: ['pipe', 'pipe', openSync(join(dir, 'init.log'), 'a')], detached: true },
  );
  const link = openLink(space);
  try {
    await link.started;
    const first = firstProcess(space);
    writeFileSync(join(dir, engineIdentityFile), JSON.stringify(first));
    const engine = describeEngine(dir, space, first, link);
    await waitUntilAnswering(socketOf(dir), link);
    await importBusybox(engine);
    return engine;
  } catch (error) {
    const logs = ['init', 'containerd', 'dockerd'].map((name) => endOfLog(join(dir, `${name}.log`))).join('');
    await removeEngine(dir, space);
    throw new Error(`The test engine did not start: ${String(error)}\n${logs}`, { cause: error });
  }
}

function describeEngine(dir: string, space: ChildProcess, first: ProcessIdentity, link: Link): TestEngine {
  const stopDaemon = (signal: NodeJS.Signals = 'SIGTERM') => link.send({ do: 'stop', signal });
  const startDaemon = async () => {
    await link.send({ do: 'start' });
    await waitUntilAnswering(socketOf(dir), link);
  };
  const stop = async () => {
    signalProcess(first, 'SIGKILL');
    await removeEngine(dir, space);
  };
  return {
    ...accessEngine(dir, first.pid),
    dir,
    dataRoot: join(dir, 'data'),
    stopDaemon,
    startDaemon,
    restart: async () => {
      await stopDaemon();
      await startDaemon();
    },
    kill: () => stopDaemon('SIGKILL'),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Access to a running engine by its folder and first process. */
export function accessEngine(dir: string, pid: number): EngineAccess {
  const socket = socketOf(dir);
  const env = {
    PATH: process.env.PATH,
    HOME: dir,
    DOCKER_CONFIG: join(dir, 'config'),
    DOCKER_HOST: `unix://${socket}`,
  };
  return {
    socket,
    busyboxImage,
    pid,
    docker: (args, options = {}) =>
      run([dockerClient(), ...args], { ...options, env: { ...env, ...options.env } }),
    exec: (argv, options) =>
      run([requireProgram('nsenter'), '--target', String(pid), '--net', '--', ...argv], options),
  };
}

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;

interface Link {
  started: Promise<void>;
  /** Rejects when a program of the engine ends that was not told to. */
  ended: Promise<never>;
  send(command: Unnumbered<EngineCommand>): Promise<void>;
}

function openLink(space: ChildProcess): Link {
  if (space.stdout === null || space.stdin === null) throw new Error('The engine was started without pipes.');
  const { stdin } = space;
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<never>();
  // Waiters see the rejection; without one a later end of the engine is not an error.
  ended.promise.catch(() => undefined);
  started.promise.catch(() => undefined);
  const waiting = new Map<number, () => void>();
  let isStopping = false;
  let lastId = 0;
  createInterface({ input: space.stdout }).on('line', (line) => {
    const event: EngineEvent = JSON.parse(line);
    if (event.event === 'started') started.resolve();
    else if (event.event === 'done') waiting.get(event.id)?.();
    else if (!isStopping)
      ended.reject(new Error(`${event.name} ended with code ${event.code}. ${event.message ?? ''}`));
  });
  space.on('error', started.reject).on('exit', () => {
    const error = new Error('The first process of the engine ended.');
    started.reject(error);
    ended.reject(error);
  });
  stdin.on('error', ended.reject);
  return {
    started: started.promise,
    ended: ended.promise,
    send: async (command) => {
      isStopping = command.do === 'stop';
      lastId += 1;
      const id = lastId;
      const done = new Promise<void>((resolve) => waiting.set(id, resolve));
      stdin.write(`${JSON.stringify({ ...command, id })}\n`);
      await Promise.race([done, ended.promise]);
      waiting.delete(id);
    },
  };
}

async function waitUntilAnswering(socket: string, link: Link): Promise<void> {
  const until = Date.now() + 60_000;
  while (Date.now() < until) {
    if (await Promise.race([pings(socket), link.ended])) return;
    await Promise.race([sleep(50), link.ended]);
  }
  throw new Error('It does not answer after a minute.');
}

function pings(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({ socketPath, path: '/_ping', timeout: 5000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on('error', () => resolve(false)).on('timeout', () => call.destroy());
    call.end();
  });
}

/** `unshare --fork` has one child: the first process of the new process namespace. */
function firstProcess(space: ChildProcess): ProcessIdentity {
  const children = readFileSync(`/proc/${space.pid}/task/${space.pid}/children`, 'utf8').trim().split(' ');
  const first = identify(Number(children[0]));
  if (first === null) throw new Error('The namespaces of the engine have no first process.');
  return first;
}

async function removeEngine(dir: string, space: ChildProcess): Promise<void> {
  if (space.pid !== undefined && space.exitCode === null && space.signalCode === null) {
    const gone = once(space, 'exit');
    // Its first process dies with it (--kill-child), and with that one everything in the namespaces.
    space.kill('SIGKILL');
    await gone;
  }
  await removeControlGroups(dir);
  await rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

function endOfLog(file: string): string {
  try {
    return `--- ${file}\n${readFileSync(file, 'utf8').trim().split('\n').slice(-15).join('\n')}\n`;
  } catch {
    // The program had not been started yet.
    return '';
  }
}
