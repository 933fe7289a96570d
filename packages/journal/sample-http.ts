import { createServer, request } from 'node:http';
import { DriverError } from '@nebula/errors';

/** What an outside service did under one idempotency key, as it counted itself; it does not hold back repetitions. */
export interface CountedEffect {
  made: number;
  undone: number;
}

/** An outside service whose answers to changes get lost. */
export interface LossyService extends AsyncDisposable {
  port: number;
  effects: ReadonlyMap<string, CountedEffect>;
}

/**
 * Starts an HTTP service on loopback: `POST /effects/<key>` makes an effect, `POST /effects/<key>/undo` takes it back, and
 * `GET /effects/<key>` tells. The connection breaks before the answer to the
 * first making and the first undoing of every key.
 */
export async function startLossyService(): Promise<LossyService> {
  const effects = new Map<string, CountedEffect>();
  const server = createServer((incoming, outgoing) => {
    const [, , key = '', verb] = (incoming.url ?? '').split('/');
    const effect = effects.get(key);
    if (incoming.method === 'GET') {
      outgoing.writeHead(effect === undefined ? 404 : 200).end(JSON.stringify(effect ?? null));
      return;
    }
    const counted = effect ?? { made: 0, undone: 0 };
    effects.set(key, counted);
    const what = verb === 'undo' ? 'undone' : 'made';
    counted[what] += 1;
    if (counted[what] === 1) incoming.socket.destroy();
    else outgoing.writeHead(201).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The service has no port');
  return {
    port: address.port,
    effects,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Where {@link callHttp} calls: a unix socket or a port on loopback. */
export type Place = { socketPath: string } | { port: number };

/** One HTTP call without reuse of connections. Throws a DriverError `unavailable` when no complete answer came. */
export function callHttp(
  place: Place,
  call: { method: string; path: string; body?: unknown; signal?: AbortSignal },
): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) =>
      reject(new DriverError('unavailable', `${call.method} ${call.path} got no answer.`, { cause }));
    const host = 'port' in place ? { host: '127.0.0.1' } : {};
    const outgoing = request({
      ...{ ...place, ...host, method: call.method, path: call.path, agent: false, timeout: 20_000 },
      headers: { 'content-type': 'application/json' },
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
    outgoing.on('error', fail).on('timeout', () => outgoing.destroy(new Error('It took too long')));
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', fail);
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: incoming.statusCode ?? 0, body: text === '' ? null : JSON.parse(text) });
      });
    });
    outgoing.end(call.body === undefined ? '' : JSON.stringify(call.body));
  });
}
