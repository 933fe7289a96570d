import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Another process supervises the database on the same data. */
export class DatabaseInUseError extends Error {
  override readonly name = 'DatabaseInUseError';
  /** The process that has it. */
  readonly pid: number;

  constructor(dataDir: string, pid: number) {
    super(`Another NebulaCommand process uses this database (pid ${pid}): ${dataDir}`);
    this.pid = pid;
  }
}

/** The right to start, keep and stop the database on one data directory; it is gone with the process that has it. */
export interface Ownership {
  /** Lets the next one have it. */
  release(): Promise<void>;
}

const longestWaitMs = 5000;

/**
 * Takes the right to supervise the database on `dataDir`. Whoever asks listens on a socket of its own name in
 * `<dataDir>.lock` first and looks at those of others second: of two who ask at once at least one sees the other. A name is
 * never used twice, so one that nobody listens on is dead for good and can be removed by anybody.
 *
 * @param give hands a path to the user as whom the database runs
 * @throws {DatabaseInUseError} when a live process has it
 */
export async function takeOwnership(
  dataDir: string,
  give: (path: string) => Promise<void>,
): Promise<Ownership> {
  const dir = `${dataDir}.lock`;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await chmod(dir, 0o700);
  await give(dir);
  const handle = await open(dir, 'r');
  // The path of a socket is limited to 107 bytes, that of the data is not.
  const base = Buffer.byteLength(dir) < 70 ? dir : `/proc/self/fd/${handle.fd}`;
  try {
    for (const until = Date.now() + longestWaitMs; ; ) {
      const claim = await announce(base, give);
      const others = await liveOthers(base, claim.name);
      const rival = others.find(({ isOwner }) => isOwner) ?? others[0];
      if (rival === undefined && (await claim.isInPlace())) {
        claim.settle();
        return {
          release: async () => {
            await claim.withdraw();
            await handle.close();
          },
        };
      }
      await claim.withdraw();
      if (rival !== undefined && (rival.isOwner || Date.now() > until))
        throw new DatabaseInUseError(dataDir, rival.pid);
      await sleep(20 + Math.random() * 100);
    }
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function announce(base: string, give: (path: string) => Promise<void>) {
  const name = `${process.pid}-${randomBytes(4).toString('hex')}.sock`;
  const path = join(base, name);
  let state = 'asks';
  const server = createServer((socket) => {
    // Whoever asked may be gone before it has the answer.
    socket.on('error', () => socket.destroy());
    socket.unref();
    socket.end(state);
  });
  await listenOn(server, `${path}.new`);
  server.unref();
  await give(`${path}.new`);
  // Under its name it listens already, so that nobody takes it for a dead one.
  await rename(`${path}.new`, path);
  return {
    name,
    settle: () => {
      state = 'owns';
    },
    isInPlace: async () => (await stat(path).catch(() => null)) !== null,
    withdraw: async () => {
      server.close();
      await rm(path, { force: true });
    },
  };
}

function listenOn(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function liveOthers(base: string, own: string): Promise<{ pid: number; isOwner: boolean }[]> {
  const live = [];
  for (const name of await readdir(base)) {
    if (name === own || !/^\d+-[0-9a-f]+\.sock(\.new)?$/.test(name)) continue;
    const answer = await ask(join(base, name));
    if (answer === 'dead') await rm(join(base, name), { force: true });
    else if (!name.endsWith('.new'))
      live.push({ pid: Number.parseInt(name, 10), isOwner: answer === 'owns' });
  }
  return live;
}

/** One that accepts but does not answer is busy, and has it; one that hangs up at once is on its way out. */
function ask(path: string): Promise<'owns' | 'asks' | 'dead'> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let text = '';
    let isConnected = false;
    const settle = (answer: 'owns' | 'asks' | 'dead') => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => settle('owns'), 1000);
    socket.on('connect', () => {
      isConnected = true;
    });
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
    });
    socket.on('end', () => settle(text === 'owns' ? 'owns' : 'asks'));
    socket.on('error', (error) => {
      const code = 'code' in error ? error.code : '';
      if (code === 'ECONNREFUSED' || code === 'ENOENT') settle('dead');
      else settle(isConnected ? 'asks' : 'owns');
    });
  });
}
