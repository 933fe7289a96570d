import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, openSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineAccess } from './engine.ts';
import { requireProgram } from './run.ts';

/** A real Docker registry, under one name for an engine and for this machine. */
export interface RealRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`, as it stands before an image's name. */
  host: string;
  /** Puts an image of the engine there under `repository:tag`; what has that name in the engine stays as it was. */
  push(image: string, name: string): Promise<void>;
}

/** Who gets in at a registry with a login. */
export const registryLogin = { username: 'me', password: 'a password for the registry' };
/** Of that login, in the form of htpasswd (bcrypt, which is the only one the registry takes). */
const htpasswd = 'me:$2b$05$abcdefghijklmnopqrstuuZGG.1oveJTqGVV5lBIUEebKD0uMGf7e';

/**
 * Starts Debian's `docker-registry` on a unix socket, and relays to it on the same port of loopback inside the engine's network
 * and here, since the engine pulls there and the product asks for digests here. It ends with this process.
 */
export async function startRealRegistry(
  engine: EngineAccess,
  { isPrivate = false } = {},
): Promise<RealRegistry> {
  const dir = await mkdtemp(join(tmpdir(), 'nebula-registry-'));
  const socket = join(dir, 'registry.sock');
  const started: ChildProcess[] = [];
  const relay = relayTo(socket);
  const end = async () => {
    relay.close();
    for (const child of started) await ended(child);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    relay.server.listen(0, '127.0.0.1');
    await once(relay.server, 'listening');
    const { port } = relay.server.address() as AddressInfo;
    started.push(
      startProgram(dir, [requireProgram('docker-registry'), 'serve', writeConfig(dir, socket, isPrivate)]),
    );
    const inside = startProgram(dir, [
      ...[requireProgram('nsenter'), '--target', String(engine.pid), '--net', '--'],
      ...[
        process.execPath,
        '--disable-warning=ExperimentalWarning',
        import.meta.filename,
        String(port),
        socket,
      ],
    ]);
    started.push(inside);
    await firstLine(inside);
    await untilThere(socket, started);
    const host = `127.0.0.1:${port}`;
    if (isPrivate)
      await ok(
        engine,
        ['login', '-u', registryLogin.username, '--password-stdin', host],
        registryLogin.password,
      );
    return {
      host,
      async push(image, name) {
        const full = `${host}/${name}`;
        const before = await engine.docker(['image', 'inspect', '--format', '{{.Id}}', full]);
        await ok(engine, ['tag', image, full]);
        await ok(engine, ['push', full]);
        await ok(engine, before.code === 0 ? ['tag', before.stdout.trim(), full] : ['rmi', full]);
      },
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    const log = existsSync(join(dir, 'log')) ? readFileSync(join(dir, 'log'), 'utf8').slice(-2000) : '';
    await end();
    throw new Error(`The registry did not start: ${String(error)}\n${log}`, { cause: error });
  }
}

function writeConfig(dir: string, socket: string, isPrivate: boolean): string {
  const path = join(dir, 'config.yml');
  mkdirSync(join(dir, 'data'));
  writeFileSync(join(dir, 'htpasswd'), `${htpasswd}\n`, { mode: 0o600 });
  // JSON is YAML too.
  const config = {
    version: 0.1,
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: join(dir, 'data') } },
    http: { net: 'unix', addr: socket, secret: 'one process needs none' },
    ...(isPrivate ? { auth: { htpasswd: { realm: 'tests', path: join(dir, 'htpasswd') } } } : {}),
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

/** `setpriv` makes the kernel end it with us, however we end. */
function startProgram(dir: string, argv: string[]): ChildProcess {
  const log = openSync(join(dir, 'log'), 'a');
  return spawn(requireProgram('setpriv'), ['--pdeathsig', 'KILL', '--', ...argv], {
    stdio: ['ignore', 'pipe', log],
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function firstLine(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error('it was started without a pipe');
  const lines = createInterface({ input: child.stdout });
  await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error('the relay ended'))),
  ]);
}

async function untilThere(socket: string, parts: ChildProcess[]): Promise<void> {
  for (const until = Date.now() + 60_000; !existsSync(socket); await sleep(50)) {
    if (parts.some(({ exitCode }) => exitCode !== null)) throw new Error('it ended');
    if (Date.now() > until) throw new Error('it does not listen after a minute');
  }
}

async function ok(engine: EngineAccess, args: string[], input = ''): Promise<void> {
  const { code, stderr } = await engine.docker(args, { input });
  if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
}

function relayTo(path: string): { server: Server; close(): void } {
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(path);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => void open.delete(one));
      one.pipe(other);
    }
  });
  return {
    server,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

// Started by itself it is the relay inside the engine's network.
if (process.argv[1] === import.meta.filename) {
  const [port = '', socket = ''] = process.argv.slice(2);
  relayTo(socket).server.listen(Number(port), '127.0.0.1', () => process.stdout.write('listening\n'));
}
