import { DriverError } from '@nebula/errors';
import { dialOf, type Route, type Upstream } from '../../route.ts';
import { canHold, holdHeader } from './render.ts';

const timeoutMs = 2000;

/**
 * Asks Caddy, on loopback and by the route's own name, to count an upstream as failing; see `renderHolds`. Its answer is an
 * error of the gateway, since it could not reach the upstream.
 */
export async function holdOff(
  route: Route,
  upstream: Pick<Upstream, 'host' | 'port'>,
  httpsPort: number,
  signal: AbortSignal,
): Promise<void> {
  const [host] = route.hosts;
  const dial = dialOf(upstream);
  const isOne =
    route.target.kind === 'upstreams' && route.target.upstreams.some((each) => dialOf(each) === dial);
  if (host === undefined || !isOne || !canHold(route)) {
    throw new DriverError('unsupported', `${dial} is not one of several upstreams that can be held off.`);
  }
  const name = host.replace('*', 'nebula');
  const status = await ask(name, `${route.options.drainKey ?? ''} ${dial}`, httpsPort, signal);
  if (status !== 502 && status !== 504) {
    throw new DriverError('unavailable', `Caddy does not hold ${dial} off: it answers ${status}.`);
  }
}

async function ask(name: string, value: string, port: number, signal: AbortSignal): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  // A certificate that is not trusted, or not there yet for this name, is no matter between two programs of one machine.
  const socket = process.getBuiltinModule('node:tls').connect({
    ...{ host: '127.0.0.1', port, servername: name, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] },
  });
  const late = setTimeout(() => reject(new Error('no answer in time')), timeoutMs);
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    let text = '';
    socket.setEncoding('latin1').once('error', reject);
    socket.once('end', () => reject(new Error('it closed the connection')));
    socket.on('data', (part: string) => {
      text += part;
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1];
      if (status !== undefined) resolve(Number(status));
    });
    socket.write(`GET / HTTP/1.1\r\nHost: ${name}\r\n${holdHeader}: ${value}\r\nConnection: close\r\n\r\n`);
    return await promise;
  } catch (cause) {
    if (signal.aborted) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DriverError('unavailable', `Caddy cannot be asked by ${name}: ${why}`, { cause });
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}
