import { createInterface } from 'node:readline';
import { DriverError } from '@nebula/errors';
import type { ContainerEvent, Docker } from '../../index.ts';
import { engineHttp } from './http.ts';
import { EventReply, InspectReply, ListReply, StatsReply, VersionReply } from './replies.ts';

/** The newest API version whose replies this driver was read against. */
const newestApi = '1.47';

/**
 * Opens a Docker Engine (or what speaks its API, such as our broker) on a unix socket. Nothing is connected until the first
 * call; the API version is agreed on then, and again after the engine was away.
 */
export function openEngine(socketPath: string): Docker & Disposable {
  const http = engineHttp(socketPath);
  let prefix: string | null = null;

  async function path(rest: string, signal?: AbortSignal): Promise<string> {
    prefix ??= await agree(signal);
    return `${prefix}${rest}`;
  }

  async function agree(signal?: AbortSignal): Promise<string> {
    const { apiVersion, minApiVersion } = VersionReply.parse(
      await http.json({ method: 'GET', path: '/version', signal }),
    );
    const agreed = isNewer(apiVersion, newestApi) ? newestApi : apiVersion;
    return `/v${isNewer(minApiVersion, agreed) ? minApiVersion : agreed}`;
  }

  async function get(rest: string, signal?: AbortSignal): Promise<unknown> {
    try {
      return await http.json({ method: 'GET', path: await path(rest, signal), signal });
    } catch (error) {
      if (error instanceof DriverError && error.kind === 'unavailable') prefix = null;
      throw error;
    }
  }

  return {
    async version(signal) {
      const reply = VersionReply.parse(
        await http.json({ method: 'GET', path: '/version', signal, timeoutMs: 5000 }),
      );
      return { version: reply.version, apiVersion: reply.apiVersion };
    },
    async list({ id, signal } = {}) {
      const filters = id === undefined ? '' : `&filters=${encodeURIComponent(JSON.stringify({ id: [id] }))}`;
      return ListReply.parse(await get(`/containers/json?all=1${filters}`, signal));
    },
    async inspect(id, signal) {
      const reply = await get(`/containers/${encodeURIComponent(id)}/json`, signal);
      return reply === null ? null : InspectReply.parse(reply);
    },
    async counters(id, signal) {
      const reply = await get(
        `/containers/${encodeURIComponent(id)}/stats?stream=false&one-shot=true`,
        signal,
      );
      return reply === null ? null : StatsReply.parse(reply);
    },
    async restart(id, signal) {
      const target = await path(`/containers/${encodeURIComponent(id)}/restart`, signal);
      const reply = await http.json({ method: 'POST', path: target, signal, timeoutMs: 120_000 });
      if (reply === null) throw new DriverError('rejected', 'There is no such container any more.');
    },
    events: (signal) => events(http, path, signal),
    [Symbol.dispose]: () => http.close(),
  };
}

async function* events(
  http: ReturnType<typeof engineHttp>,
  path: (rest: string, signal?: AbortSignal) => Promise<string>,
  signal: AbortSignal,
): AsyncGenerator<ContainerEvent> {
  const filters = encodeURIComponent(JSON.stringify({ type: ['container'] }));
  const response = await http.stream({
    method: 'GET',
    path: await path(`/events?filters=${filters}`, signal),
    signal,
  });
  try {
    for await (const line of createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line === '') continue;
      const event = EventReply.safeParse(JSON.parse(line));
      if (event.success) yield event.data;
    }
  } catch (cause) {
    if (signal.aborted) return;
    throw new DriverError('unavailable', 'The container engine went away.', { cause });
  } finally {
    response.destroy();
  }
}

/** True when API version `a` is newer than `b` (`1.41` against `1.9`). */
export function isNewer(a: string, b: string): boolean {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA > majorB || (majorA === majorB && minorA > minorB);
}
