import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';

/** A site that says back what it hears on WebSockets. */
export interface TalkServer extends AsyncDisposable {
  port: number;
}

/** WebSockets that stay open. */
export interface Talks extends Disposable {
  /** How many still answer. */
  alive(): Promise<number>;
}

/** What both ends agree on (RFC 6455, 4.2.2). */
const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** A masked ping without a payload, and its answer as the server sends it. */
const ping = Buffer.from([0x89, 0x80, 1, 2, 3, 4]);
const pong = Buffer.from([0x8a, 0x00]);

/** Starts a {@link TalkServer} on loopback. */
export async function startTalkServer(): Promise<TalkServer> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((_asked, answer) => answer.end());
  server.on('upgrade', (asked, socket) => {
    const accept = createHash('sha1')
      .update(`${asked.headers['sec-websocket-key'] ?? ''}${magic}`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    // Every frame is a ping.
    socket.on('data', (frame: Buffer) => {
      for (let at = 0; at < frame.length; at += ping.length) socket.write(pong);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Opens WebSockets to a site at a port of loopback. */
export async function openTalks(host: string, port: number, count: number): Promise<Talks> {
  const talks: TLSSocket[] = [];
  for (let n = 0; n < count; n += 1) talks.push(await openTalk(host, port));
  return {
    alive: async () => (await Promise.all(talks.map(answers))).filter(Boolean).length,
    [Symbol.dispose]() {
      for (const socket of talks) socket.destroy();
    },
  };
}

async function openTalk(host: string, port: number): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, servername: host, rejectUnauthorized: false });
  socket.on('error', () => socket.destroy());
  await once(socket, 'secureConnect');
  socket.write(
    `GET / HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
  );
  const [first] = (await once(socket, 'data')) as [Buffer];
  if (!first.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error('no WebSocket was opened');
  return socket;
}

async function answers(socket: TLSSocket): Promise<boolean> {
  if (socket.destroyed || socket.readableEnded) return false;
  const answered = once(socket, 'data', { signal: AbortSignal.timeout(5000) });
  socket.write(ping);
  return await answered.then(
    () => true,
    () => false,
  );
}
