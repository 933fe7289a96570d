import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { DriverError } from '@nebula/errors';

// Importing it by name would load fetch and WebSocket with it: 10 MiB at rest.
const { Agent, request } = process.getBuiltinModule('node:http');

/** One request to the engine. */
export interface EngineRequest {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** Until the answer's head has come; 30 s unless given. */
  timeoutMs?: number;
}

/** Speaks HTTP with an engine on a unix socket, over kept connections. */
export interface EngineHttp {
  /** The parsed JSON answer; null when a GET finds nothing, undefined when the answer is empty. */
  json(options: EngineRequest): Promise<unknown>;
  /** The answer's body as it comes. */
  stream(options: EngineRequest): Promise<IncomingMessage>;
  /** Makes of the request's connection a stream of bytes in both directions. */
  takeOver(options: EngineRequest): Promise<Socket>;
  close(): void;
}

const maxReplyBytes = 64 * 1024 * 1024;

/** See {@link EngineHttp}. */
export function engineHttp(socketPath: string): EngineHttp {
  const agent = new Agent({ keepAlive: true, maxSockets: 16, maxFreeSockets: 4 });

  function begin(options: EngineRequest, pooled: boolean): { call: ClientRequest; body: string } {
    const { signal } = options;
    const body = options.body === undefined ? '' : JSON.stringify(options.body);
    const call = request({
      socketPath,
      method: options.method,
      path: options.path,
      headers: {
        host: 'docker',
        ...(body === '' ? {} : { 'content-type': 'application/json' }),
        'content-length': String(Buffer.byteLength(body)),
        ...options.headers,
      },
      ...(pooled ? { agent } : { agent: false }),
      ...(signal === undefined ? {} : { signal }),
    });
    return { call, body };
  }

  async function open(options: EngineRequest, pooled: boolean): Promise<IncomingMessage> {
    const { signal, timeoutMs = 30_000 } = options;
    return await new Promise((resolve, reject) => {
      const { call, body } = begin(options, pooled);
      const timer = setTimeout(() => call.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      call.once('response', (response) => {
        clearTimeout(timer);
        resolve(response);
      });
      call.once('error', (cause) => {
        clearTimeout(timer);
        reject(signal?.aborted ? signal.reason : unavailable(socketPath, cause));
      });
      call.end(body);
    });
  }

  return {
    async json(options) {
      const response = await open(options, true);
      const text = await textOf(response, socketPath);
      const status = response.statusCode ?? 0;
      if (status === 404 && options.method === 'GET') return null;
      if (status >= 400) throw refusal(status, text);
      if (status === 304 || text === '') return undefined;
      return JSON.parse(text);
    },
    async stream(options) {
      const response = await open(options, false);
      const status = response.statusCode ?? 0;
      if (status < 400) return response;
      throw refusal(status, await textOf(response, socketPath));
    },
    async takeOver(options) {
      const headers = { ...options.headers, connection: 'Upgrade', upgrade: 'tcp' };
      return await new Promise((resolve, reject) => {
        const { call, body } = begin({ ...options, headers }, false);
        call.once('upgrade', (_response, socket, first) => {
          if (first.length > 0) socket.unshift(first);
          resolve(socket);
        });
        call.once('response', (response) => {
          textOf(response, socketPath).then(
            (text) => reject(refusal(response.statusCode ?? 0, text)),
            reject,
          );
        });
        call.once('error', (cause) =>
          reject(options.signal?.aborted ? options.signal.reason : unavailable(socketPath, cause)),
        );
        call.end(body);
      });
    },
    close: () => agent.destroy(),
  };
}

async function textOf(response: IncomingMessage, socketPath: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response) {
      size += chunk.length;
      if (size > maxReplyBytes)
        throw new DriverError('rejected', 'The container engine sent an answer that is too large.');
      chunks.push(chunk);
    }
  } catch (cause) {
    throw cause instanceof DriverError ? cause : unavailable(socketPath, cause);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refusal(status: number, text: string): DriverError {
  const own = messageIn(text) ?? `The container engine answered ${status}.`;
  const message = /^no such container/i.test(own) ? 'There is no such container any more.' : own;
  return new DriverError(status === 503 ? 'unavailable' : 'rejected', message);
}

function messageIn(text: string): string | null {
  try {
    const body: unknown = JSON.parse(text);
    const isMessage =
      typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string';
    return isMessage ? String(body.message) : null;
  } catch {
    // Not JSON: the engine's words are missing, and the status alone must do.
    return null;
  }
}

/** The engine went away or never was there. */
export function unavailable(socketPath: string, cause: unknown): DriverError {
  return new DriverError('unavailable', `The container engine does not answer at ${socketPath}.`, { cause });
}
