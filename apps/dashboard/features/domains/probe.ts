import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { factsOfChain } from '@nebula/acme';
import { DriverError } from '@nebula/errors';
import { dialOf } from '@nebula/proxy';
import type { SeenCertificate } from './schema.ts';

/** What a visitor of a name over HTTPS met at an address. */
export interface HttpsProbe {
  certificate: SeenCertificate;
  /** Null when the chain is trusted; otherwise why not. */
  distrust: string | null;
  status: number;
  location: string | null;
  ms: number;
}

/** The layer at which a visit ended without an answer. */
export type ProbeLayer = 'connect' | 'tls' | 'http';

/** Why a visit ended without an answer. */
export class ProbeFailure extends DriverError {
  readonly layer: ProbeLayer;

  constructor(
    { name, address, port }: { name: string; address: string; port: number },
    layer: ProbeLayer,
    cause: unknown,
  ) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super('unavailable', `${name} at ${address}:${port}, ${layer}: ${why}`, { cause });
    this.layer = layer;
  }
}

export const usualTimeoutMs = 10_000;
/** Bytes after which the rest of an answer's head is of no interest. */
const longestHead = 65_536;

/** A wildcard is met at one of its names. */
function metBy(name: string): string {
  return name.replace(/^\*(?=\.)/, 'nebula-probe');
}

/**
 * Visits `https://name/` at an address, whatever DNS says, and reads the certificate without believing it.
 *
 * @param roots PEM of authorities that are trusted besides the usual ones
 * @throws {ProbeFailure} `unavailable` with the layer that failed
 */
export async function probeHttps(
  place: { name: string; address: string; port: number; path?: string; timeoutMs?: number },
  roots: readonly string[],
  signal: AbortSignal,
): Promise<HttpsProbe> {
  const began = performance.now();
  const socket = beginTls(place, roots);
  let layer: ProbeLayer = 'connect';
  try {
    return await withinTime(signal, place.timeoutMs ?? usualTimeoutMs, (resolve, reject) => {
      socket.once('connect', () => (layer = 'tls'));
      socket.once('error', reject);
      socket.once('secureConnect', () => {
        layer = 'http';
        const shown = shownOn(socket, place.name);
        if (shown === null) return reject(new Error(noCertificate));
        const { issuer, names, serial, notBefore, notAfter } = factsOfChain(shown.leaf, []);
        const certificate = { issuer, names, serial, notBefore, notAfter };
        askOn(socket, place, reject, (head) =>
          resolve({
            ...{ certificate, distrust: shown.distrust, ...head },
            ms: Math.round(performance.now() - began),
          }),
        );
      });
    });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new ProbeFailure(place, layer, cause);
  } finally {
    socket.destroy();
  }
}

/** Begins TLS with a name at an address; whatever certificate is shown there, the connection stands. */
export function beginTls(
  { name, address, port }: { name: string; address: string; port: number },
  roots: readonly string[],
): TLSSocket {
  const tls = process.getBuiltinModule('node:tls');
  return tls.connect({
    ...{ host: address, port, servername: metBy(name) },
    ...{ rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] },
    ...(roots.length === 0 ? {} : { ca: [...tls.rootCertificates, ...roots] }),
  });
}

/** Why a connection over which TLS has begun is of no use, in words. */
export const noCertificate = 'it showed no certificate';

/** The certificate that a connection shows and why it is not trusted, or null when it is; null when it shows none. */
export function shownOn(
  socket: TLSSocket,
  name: string,
): { leaf: X509Certificate; distrust: string | null } | null {
  const leaf = socket.getPeerX509Certificate();
  if (leaf === undefined) return null;
  const distrust = socket.authorized
    ? null
    : distrustOf(socket.authorizationError, leaf.checkHost(metBy(name)));
  return { leaf, distrust };
}

/** Asks for a path on a connection and reads the head of the answer. */
function askOn(
  socket: Socket,
  { name, path = '/' }: { name: string; path?: string },
  reject: (error: Error) => void,
  resolve: (head: { status: number; location: string | null }) => void,
): void {
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (part: string) => {
    text += part;
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1];
    if (status === undefined || (!text.includes('\r\n\r\n') && text.length < longestHead)) return;
    const head = text.split('\r\n\r\n')[0] ?? '';
    resolve({ status: Number(status), location: /\r\nlocation: *([^\r\n]*)/i.exec(head)?.[1] ?? null });
  });
  socket.once('end', () => reject(new Error('it closed the connection without an answer')));
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${metBy(name)}`,
    'User-Agent: NebulaCommand',
    'Connection: close',
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
}

/** Which upstreams accept connections, by `host:port`; `why` not, or null for those that do. */
export function reachOf(
  upstreams: readonly { host: string; port: number }[],
  signal: AbortSignal,
): Promise<{ dial: string; why: string | null }[]> {
  return Promise.all(
    upstreams.map(async ({ host, port }) => ({
      dial: dialOf({ host, port }),
      why: await refusesConnections(host, port, signal),
    })),
  );
}

/** Whether something accepts connections at an address; null when it does, otherwise why not. */
async function refusesConnections(host: string, port: number, signal: AbortSignal): Promise<string | null> {
  const socket = process.getBuiltinModule('node:net').connect({ host, port });
  try {
    await withinTime<void>(signal, usualTimeoutMs, (resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', reject);
    });
    return null;
  } catch (cause) {
    if (signal.aborted) throw cause;
    return cause instanceof Error ? cause.message : String(cause);
  } finally {
    socket.destroy();
  }
}

/** The answer of plain HTTP at an address, by the path `/` unless given: status and where it leads. */
export async function probeHttp(
  place: { name: string; address: string; port: number; path?: string },
  signal: AbortSignal,
): Promise<{ status: number; location: string | null }> {
  const socket = process.getBuiltinModule('node:net').connect({ host: place.address, port: place.port });
  try {
    return await withinTime(signal, usualTimeoutMs, (resolve, reject) => {
      socket.once('error', reject);
      askOn(socket, place, reject, resolve);
    });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new ProbeFailure(place, 'http', cause);
  } finally {
    socket.destroy();
  }
}

/** Work on a socket, at an end after ten seconds at the latest. */
export async function withinTime<T>(
  signal: AbortSignal,
  timeoutMs: number,
  begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => void,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const late = setTimeout(() => reject(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    begin(resolve, reject);
    return await promise;
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', abort);
  }
}

/** Why a chain is not trusted, in a sentence. */
function distrustOf(error: Error | string | null, names: string | undefined): string {
  if (names === undefined) return 'It is for other names.';
  const code = typeof error === 'string' ? error : (error?.message ?? 'unknown reason');
  return `The chain is not trusted (${code}).`;
}
