import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Broker, startBroker } from '../broker.ts';
import type { Log } from '../log.ts';
import type { Ground } from './hostile-cases.ts';
import { type RecordingEngine, startRecordingEngine } from './recording-engine.ts';

/** A broker with a recording engine behind it and an app directory full of traps. */
export interface HostileGround extends AsyncDisposable, Ground {
  directory: string;
  broker: Broker;
  engine: RecordingEngine;
  grantKey: string;
}

/** Makes the ground in a temporary directory, which goes when it is disposed. */
export async function makeGround(
  now: () => Date = () => new Date(),
  log: Log = () => {},
): Promise<HostileGround> {
  await using stack = new AsyncDisposableStack();
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'nb-')));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const root = join(directory, 'apps');
  const socketDir = join(directory, 's');
  const engineSocket = join(directory, 'e.sock');
  const grantKey = join(directory, 'grant.pem');
  await mkdir(join(root, 'inside', 'deep'), { recursive: true });
  await mkdir(`${root}-beside`);
  await mkdir(socketDir, { mode: 0o700 });
  await symlink('/', join(root, 'to-root'));
  await symlink('/etc', join(root, 'to-etc'));
  await symlink('/nowhere/at/all', join(root, 'to-nothing'));
  await symlink('../..', join(root, 'inside', 'up'));
  await symlink(engineSocket, join(root, 'to-socket'));
  await symlink('loop', join(root, 'loop'));
  await symlink('inside', join(root, 'to-inside'));
  const trap = createServer().listen(join(root, 'a-socket'));
  await once(trap, 'listening');
  stack.defer(() => void trap.close());
  const engine = stack.use(await startRecordingEngine(engineSocket));
  const settings = {
    socketDir,
    engine: engineSocket,
    appRoots: [root],
    clientGid: undefined,
    grantKey,
    units: [],
    caddyAdmin: '/nowhere/admin.sock',
    siteRoots: [],
  };
  const broker = stack.use(await startBroker(settings, now, log));
  const opened = stack.move();
  return {
    directory,
    root,
    engineSocket,
    grantKey,
    broker,
    engine,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
