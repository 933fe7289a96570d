import type { IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import { DriverError } from '@nebula/errors';

/** One answer. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  /** The `Set-Cookie` lines, each as it came. */
  cookies: string[];
}

/** What a call has come to: the name, the connection, its encryption, the answer. */
export type Layer = 'name' | 'connect' | 'tls' | 'answer';

interface Sending {
  url: URL;
  /** The address the host was judged by; the connection goes there. */
  address: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  ca?: readonly string[];
  maxBytes: number;
  signal: AbortSignal;
  /** Called when the call has come to the next layer. */
  onLayer: (layer: Layer) => void;
}

/** Sends one request on a connection of its own and reads the answer, of which it takes at most `maxBytes`. */
export async function send(sending: Sending): Promise<Reply> {
  const { url, address, signal, body, onLayer } = sending;
  // By name it would load fetch and WebSocket with it: 10 MiB at rest.
  const { request } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const options: RequestOptions = {
    method: sending.method ?? 'GET',
    host: address,
    port: url.port === '' ? undefined : Number(url.port),
    path: `${url.pathname}${url.search}`,
    headers: { 'accept-encoding': 'identity', ...sending.headers, host: url.host, ...lengthOf(body) },
    agent: false,
    signal,
    // The certificate is that of the name, not of the address.
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(sending.ca === undefined
      ? {}
      : { ca: [...process.getBuiltinModule('node:tls').rootCertificates, ...sending.ca] }),
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = request(options, resolve);
    call.once('error', reject);
    onLayer('connect');
    call.once('socket', (socket) => {
      socket.once('connect', () => onLayer(url.protocol === 'https:' ? 'tls' : 'answer'));
      socket.once('secureConnect', () => onLayer('answer'));
    });
    call.end(body);
  });
  return {
    status: response.statusCode ?? 0,
    headers: headersOf(response),
    body: await bodyOf(response, sending.maxBytes, url),
    cookies: response.headers['set-cookie'] ?? [],
  };
}

function lengthOf(body: string | Buffer | undefined): Record<string, string> {
  return body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
}

async function bodyOf(response: IncomingMessage, maxBytes: number, url: URL): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > maxBytes) {
      response.destroy();
      throw new DriverError('rejected', `${url.host} sent more than ${maxBytes} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function headersOf(response: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
