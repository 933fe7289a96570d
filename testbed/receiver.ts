import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the receiver does with what it is sent. */
export type ReceiverMood =
  | 'takes-it'
  | 'refuses-login'
  | 'refuses-content'
  | 'limits'
  | 'is-overloaded'
  | 'is-broken'
  | 'is-gone'
  | 'sends-elsewhere'
  | 'hangs'
  | 'hangs-up';

/** One request as it came. */
export interface Received {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** An HTTP server on loopback that takes messages, and has bad days. */
export interface Receiver extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** What came, oldest first; what was refused too. */
  received: Received[];
  setMood(mood: ReceiverMood): void;
}

/** Seconds after which a receiver that limits wants to be asked again. */
export const receiverRetrySeconds = 7;

const answers: Record<Exclude<ReceiverMood, 'hangs' | 'hangs-up'>, { status: number; body: string }> = {
  'takes-it': { status: 200, body: '{"ok":true}' },
  'refuses-login': { status: 401, body: '{"message":"no such token"}' },
  'refuses-content': { status: 400, body: '{"message":"no such chat"}' },
  limits: { status: 429, body: '{"message":"slow down"}' },
  'is-overloaded': { status: 503, body: 'overloaded' },
  'is-broken': { status: 500, body: '<html>broken</html>' },
  'is-gone': { status: 410, body: '' },
  'sends-elsewhere': { status: 302, body: '' },
};

/** Starts one. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let mood: ReceiverMood = 'takes-it';
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url: path = '' } = request;
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    received.push({ method, path, headers, body: Buffer.concat(chunks) });
    if (mood === 'hangs') return;
    if (mood === 'hangs-up') return void request.socket.destroy();
    const { status, body } = answers[mood];
    response.writeHead(status, {
      ...(mood === 'limits' ? { 'retry-after': String(receiverRetrySeconds) } : {}),
      ...(mood === 'sends-elsewhere' ? { location: `${url}/elsewhere` } : {}),
    });
    response.end(body);
  }

  return {
    url,
    received,
    setMood: (next) => void (mood = next),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
