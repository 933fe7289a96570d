import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { requireProgram } from './run.ts';

/** A program of the testbed that runs until it is stopped; its output goes to a file. */
export interface Service {
  pid: number;
  log(): string;
  /** Ends it and waits until it has ended. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/**
 * Starts a program and waits until `isReady` says so.
 *
 * @param argv absolute path and arguments
 * @throws Error with its output when it ends instead, or is not ready after 60 s
 */
export async function startService(
  argv: readonly string[],
  options: { logFile: string; env?: NodeJS.ProcessEnv; cwd?: string; isReady(): Promise<boolean> },
): Promise<Service> {
  const [program = '', ...args] = argv;
  const output = createWriteStream(options.logFile, { flags: 'a' });
  await once(output, 'open');
  // Killed with us, however we end.
  const child = spawn(requireProgram('setpriv'), ['--pdeathsig', 'KILL', program, ...args], {
    stdio: ['ignore', output, output],
    env: options.env ?? process.env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  output.end();
  const failed = once(child, 'error').then(([error]: unknown[]) => {
    throw error;
  });
  failed.catch(() => undefined);
  const service = {
    pid: child.pid ?? 0,
    log: () => readFileSync(options.logFile, 'utf8'),
    stop: (signal: NodeJS.Signals = 'SIGTERM') => end(child, signal),
  };
  for (let waited = 0; waited < 60_000; waited += 25) {
    if (await Promise.race([options.isReady(), failed])) return service;
    if (hasEnded(child))
      throw new Error(`${program} ended with ${child.exitCode}:\n${service.log().slice(-3000)}`);
    await sleep(25);
  }
  await end(child, 'SIGKILL');
  throw new Error(`${program} was not ready in time:\n${service.log().slice(-3000)}`);
}

/** Ports of loopback that are free just now for TCP and for UDP, each another. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  const held: Server[] = [];
  // Held until all are found, so that none is found twice.
  while (ports.length < count) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    held.push(server);
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new TypeError('a TCP server has a port');
    if (await isFreeForUdp(address.port)) ports.push(address.port);
  }
  for (const server of held) server.close();
  await Promise.all(held.map((server) => once(server, 'close')));
  return ports;
}

async function isFreeForUdp(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    return true;
  } catch {
    // Somebody has it: the next one may be free.
    return false;
  } finally {
    socket.close();
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await exited;
  clearTimeout(late);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
