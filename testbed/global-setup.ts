import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEngine, type TestEngine } from './engine.ts';
import { createRunDir, removeRunDir, sweepRunDirs } from './run-dir.ts';
import type { SharedEngineAnswer } from './shared-engine.ts';

let dir: string | undefined;
let server: Server | undefined;
let engine: Promise<TestEngine> | undefined;

/** Offers one engine to all test files of a run; it starts when the first of them asks. Called by vitest. */
export async function setup(project: TestProject): Promise<void> {
  await sweepRunDirs();
  dir = createRunDir('tests');
  const path = join(dir, 'control.sock');
  server = createServer((socket) => {
    // A test file that ends before its answer came takes its end of the connection with it.
    socket.on('error', () => socket.destroy());
    answer(socket);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.on('error', reject).listen(path, resolve);
  await promise;
  project.provide('engineControl', path);
}

/** Stops the engine if one was started. Called by vitest. */
export async function teardown(): Promise<void> {
  server?.close();
  const started = await engine?.catch(() => undefined);
  await started?.stop();
  if (dir !== undefined) await removeRunDir(dir);
}

function answer(socket: Socket): void {
  engine ??= startEngine();
  engine.then(
    ({ dir: engineDir, pid }) => reply(socket, { dir: engineDir, pid }),
    (error: unknown) => reply(socket, { error: error instanceof Error ? error.message : String(error) }),
  );
}

function reply(socket: Socket, message: SharedEngineAnswer): void {
  socket.end(JSON.stringify(message));
}
