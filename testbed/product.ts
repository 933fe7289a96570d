import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { composePlugin } from './compose.ts';
import { freePorts } from './service.ts';

/** NebulaCommand as a person starts it: launcher, broker, server, embedded database. */
export interface Product extends AsyncDisposable {
  url: string;
  /** The one-time link; null when there is an account already. */
  setUpUrl: string | null;
  dataDir: string;
  launcher: ChildProcess;
  /** Everything that it printed so far. */
  output(): string;
  /** Process ids of server, broker and all of PostgreSQL's processes just now. */
  processes(): { server: number; broker: number; postgres: number[] };
  /** Asks it to stop as Ctrl-C does, and answers its exit code. */
  stop(): Promise<number | null>;
}

/** What a start may differ in. */
export interface ProductOptions {
  /** Docker socket; one that nobody listens on when left out. */
  engine?: string;
  /** Data directory of an earlier start, to start on it again; a fresh one, removed at the end, when left out. */
  dataDir?: string;
  port?: number;
  /** Gives it a program of Docker Compose, where the user it runs as can read it. */
  hasCompose?: boolean;
  env?: Record<string, string>;
}

const root = join(import.meta.dirname, '..');

/** Starts the product and waits until it has said that it runs. Throws an Error with its output when it ends instead. */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const isOwnData = options.dataDir === undefined;
  const dataDir = options.dataDir ?? newDataDir();
  const args = [
    '--data',
    dataDir,
    '--port',
    // A fixed one, so that a server that is started again is where it was.
    String(options.port ?? (await freePorts(1))[0]),
    '--engine',
    options.engine ?? join(dataDir, 'no-engine.sock'),
  ];
  const compose = options.hasCompose === true ? await composeBeside(dataDir) : null;
  const launcher = spawn(process.execPath, [join(root, 'start.mjs'), ...args], {
    cwd: root,
    env: {
      ...process.env,
      NO_COLOR: '1',
      ...(compose === null ? {} : { NEBULA_COMPOSE: compose }),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  for (const stream of [launcher.stdout, launcher.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exited = once(launcher, 'exit');

  async function stop(): Promise<number | null> {
    if (launcher.exitCode === null && launcher.signalCode === null) launcher.kill('SIGINT');
    await exited;
    if (isOwnData) rmSync(join(dataDir, '..'), { recursive: true, force: true });
    return launcher.exitCode;
  }

  const url = await waitFor(
    () => /Address\s+(http\S+)/.exec(text)?.[1],
    launcher,
    () => text,
  );
  // The block is printed at once, but may arrive in two pieces.
  await waitFor(
    () => /Stop\s+Ctrl-C/.exec(text)?.[0],
    launcher,
    () => text,
  );
  return {
    url,
    setUpUrl: /Set up\s+(http\S+)/.exec(text)?.[1] ?? null,
    dataDir,
    launcher,
    output: () => text,
    processes: () => processesOf(launcher.pid ?? 0, dataDir),
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}

/**
 * A data directory for {@link ProductOptions.dataDir}, in a folder of its own that the caller removes. Started by root the
 * server runs as another user, who cannot enter the run's own temporary folder.
 */
export function newDataDir(): string {
  const dir = mkdtempSync(join(process.getuid?.() === 0 ? '/tmp' : tmpdir(), 'nebula-product-'));
  chmodSync(dir, 0o755);
  return join(dir, 'data');
}

/** A copy in the folder of the data: the cache lies in the clone, which may be closed to the user the server runs as. */
async function composeBeside(dataDir: string): Promise<string> {
  const path = join(dataDir, '..', 'docker-compose');
  copyFileSync(await composePlugin(), path);
  chmodSync(path, 0o755);
  return path;
}

async function waitFor(
  find: () => string | undefined,
  child: ChildProcess,
  output: () => string,
): Promise<string> {
  for (let waited = 0; waited < 180_000; waited += 10) {
    const found = find();
    if (found !== undefined) return found;
    if (child.exitCode !== null) throw new Error(`NebulaCommand ended with ${child.exitCode}:\n${output()}`);
    await sleep(10);
  }
  child.kill('SIGINT');
  throw new Error(`NebulaCommand did not start in time:\n${output()}`);
}

function processesOf(launcher: number, dataDir: string) {
  const found = { server: 0, broker: 0, postgres: [] as number[] };
  const table = processTable();
  for (const { pid, parent, command } of table) {
    if (parent === launcher && command.includes('/apps/dashboard/main.ts')) found.server = pid;
    if (parent === launcher && command.includes('/apps/broker/main.ts')) found.broker = pid;
  }
  const postmaster = table.find(
    ({ command }) => command.includes('/postgres\0') && command.includes(`${dataDir}/postgres`),
  );
  if (postmaster !== undefined) {
    found.postgres = [
      postmaster.pid,
      ...table.filter(({ parent }) => parent === postmaster.pid).map(({ pid }) => pid),
    ];
  }
  return found;
}

function processTable(): { pid: number; parent: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        return [{ pid: Number(name), parent, command: readFileSync(`/proc/${name}/cmdline`, 'utf8') }];
      } catch {
        // It ended while we looked.
        return [];
      }
    });
}
