import { chmod, chown, lstat, unlink } from 'node:fs/promises';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A listener on a unix socket that can be taken away together with its connections. */
export interface Listener extends AsyncDisposable {
  readonly path: string;
}

/** Somebody already listens on the socket; `main.ts` ends with exit code 75. */
export class SocketInUse extends Error {
  override readonly name = 'SocketInUse';
}

/**
 * Listens on a unix socket that only its owner may open, or also the members of a group.
 *
 * @param path at most 107 bytes; a socket nobody listens on is removed first
 * @param serve called for each connection, which does not end by itself when the client ends its input
 * @throws {SocketInUse}
 */
export async function listenOn(
  path: string,
  gid: number | undefined,
  serve: (socket: Socket) => void,
): Promise<Listener> {
  if (Buffer.byteLength(path) > 107) throw new Error(`The socket path ${path} is longer than 107 bytes.`);
  await removeStale(path);
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: false }, (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    // Its close follows, and ends whatever was going on.
    socket.on('error', () => {});
    serve(socket);
  });
  server.maxConnections = 512;
  const before = process.umask(0o177);
  try {
    server.listen(path);
    await once(server, 'listening');
  } finally {
    process.umask(before);
  }
  if (gid !== undefined) {
    await chown(path, -1, gid);
    await chmod(path, 0o660);
  }
  return {
    path,
    async [Symbol.asyncDispose]() {
      const closed = closeServer(server);
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

async function removeStale(path: string): Promise<void> {
  try {
    const found = await lstat(path);
    if (!found.isSocket()) throw new Error(`${path} exists and is not a socket.`);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  const probe = connect(path);
  try {
    await once(probe, 'connect');
    throw new SocketInUse(`Another broker listens on ${path}.`);
  } catch (error) {
    if (!hasCode(error, 'ECONNREFUSED')) throw error;
    await unlink(path);
  } finally {
    probe.destroy();
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
