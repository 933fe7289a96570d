import { once } from 'node:events';
import { connect } from 'node:net';

/** What came back on a connection. */
export interface Answer {
  /** 0 when the connection was closed without an answer. */
  status: number;
  headers: Record<string, string>;
  body: string;
  /** How many answers stood on the connection. */
  count: number;
}

/**
 * Sends bytes on a connection of their own and reads until it closes.
 *
 * @param patience milliseconds of silence after which we end our side (which makes an unfinished request fail), and
 * again as many after which we cut the connection
 */
export async function sendRaw(socketPath: string, bytes: string | Buffer, patience = 2_000): Promise<Answer> {
  const socket = connect(socketPath);
  let received = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    received += chunk;
  });
  socket.on('error', () => {});
  socket.setTimeout(patience, () => (socket.writableEnded ? socket.destroy() : socket.end()));
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  await once(socket, 'close');
  return readAnswer(received);
}

/** Lets everything that is already on its way inside this process arrive. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
}

/** Writes a well-formed request. */
export function writeRequest(
  method: string,
  target: string,
  body?: string | undefined,
  headers: Record<string, string> = {},
): Buffer {
  const bytes = Buffer.from(body ?? '', 'utf8');
  const all: Record<string, string> = {
    Host: 'docker',
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    'Content-Length': String(bytes.length),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'),
    bytes,
  ]);
}

function readAnswer(received: string): Answer {
  const [, status = '0'] = /^HTTP\/1\.1 (\d{3})/.exec(received) ?? [];
  const split = received.indexOf('\r\n\r\n');
  const headers: Record<string, string> = {};
  for (const line of received.slice(0, Math.max(0, split)).split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return {
    status: Number(status),
    headers,
    body: split < 0 ? '' : received.slice(split + 4),
    count: received.match(/HTTP\/1\.1 \d{3} /g)?.length ?? 0,
  };
}
