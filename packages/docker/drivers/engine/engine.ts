import { DriverError } from '@nebula/errors';
import type { Docker, SignGrant } from '../../index.ts';
import { changes } from './changes.ts';
import { engineHttp } from './http.ts';
import { startExec } from './exec.ts';
import { DescribeReply, InspectReply } from './inspect-reply.ts';
import { plainText } from './log-text.ts';
import { logs } from './logs.ts';
import { pull } from './pull.ts';
import { objects } from './objects.ts';
import { HappeningReply, ImageReply } from './object-replies.ts';
import { follow } from './follow.ts';
import { EventReply, InfoReply, ListReply, StatsReply, VersionReply } from './replies.ts';

/** The newest API version whose replies this driver was read against. */
const newestApi = '1.47';

/** Health checks and shells run commands all the time; the engine leaves those events out. */
const happenings = {
  type: ['container', 'image', 'volume', 'network'],
  event: [
    ...['create', 'start', 'die', 'kill', 'oom', 'pause', 'unpause', 'rename', 'destroy', 'health_status'],
    ...['pull', 'tag', 'untag', 'delete', 'import', 'load', 'connect', 'disconnect'],
  ],
};

/** What of a container's log is read at most. */
const maxLogBytes = 16 * 1024;

/**
 * Opens a Docker Engine (or what speaks its API, such as our broker) on a unix socket. Nothing is connected until the first
 * call; the API version is agreed on then, and again after the engine was away. `sign` is for the few requests that our broker
 * lets through only with a grant.
 */
export function openEngine(socketPath: string, { sign }: { sign?: SignGrant } = {}): Docker & Disposable {
  const http = engineHttp(socketPath);
  let prefix: string | null = null;
  let machineBytes: number | null = null;

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

  async function get(rest: string, signal?: AbortSignal, timeoutMs?: number): Promise<unknown> {
    const more = timeoutMs === undefined ? {} : { timeoutMs };
    try {
      return await http.json({ method: 'GET', path: await path(rest, signal), signal, ...more });
    } catch (error) {
      if (error instanceof DriverError && error.kind === 'unavailable') prefix = null;
      throw error;
    }
  }

  const inspected = (id: string, signal?: AbortSignal) =>
    get(`/containers/${encodeURIComponent(id)}/json`, signal);

  return {
    async version(signal) {
      const reply = VersionReply.parse(
        await http.json({ method: 'GET', path: '/version', signal, timeoutMs: 5000 }),
      );
      return { version: reply.version, apiVersion: reply.apiVersion };
    },
    async list({ id, label, signal } = {}) {
      const wanted = {
        ...(id === undefined ? {} : { id: [id] }),
        ...(label === undefined ? {} : { label: [label] }),
      };
      const isAll = Object.keys(wanted).length === 0;
      const filters = isAll ? '' : `&filters=${encodeURIComponent(JSON.stringify(wanted))}`;
      return ListReply.parse(await get(`/containers/json?all=1${filters}`, signal));
    },
    async inspect(id, signal) {
      const reply = await inspected(id, signal);
      return reply === null ? null : InspectReply.parse(reply);
    },
    async describe(id, signal) {
      const reply = await inspected(id, signal);
      return reply === null ? null : DescribeReply.parse(reply);
    },
    async counters(id, signal) {
      const reply = await get(
        `/containers/${encodeURIComponent(id)}/stats?stream=false&one-shot=true`,
        signal,
      );
      const counters = reply === null ? null : StatsReply.parse(reply);
      if (counters === null || counters.memoryLimitBytes === null) return counters;
      // A container without a limit is given the machine's whole memory as one.
      machineBytes ??= InfoReply.parse(await get('/info', signal)).memoryBytes;
      return counters.memoryLimitBytes >= machineBytes ? { ...counters, memoryLimitBytes: null } : counters;
    },
    async lastLines(id, lines, signal) {
      const rest = `/containers/${encodeURIComponent(id)}/logs?stdout=1&stderr=1&tail=${lines}`;
      const response = await http.stream({
        method: 'GET',
        path: await path(rest, signal),
        ...(signal && { signal }),
      });
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of response) {
        chunks.push(chunk);
        size += chunk.length;
        if (size > 4 * maxLogBytes) break;
      }
      return plainText(Buffer.concat(chunks)).slice(-maxLogBytes);
    },
    logs: (id, request, signal) => logs(http, path, id, request, signal),
    exec: (id, request, signal) => startExec(http, path, sign, id, request, signal),
    async image(reference, signal) {
      const reply = await get(`/images/${reference}/json`, signal);
      return reply === null ? null : ImageReply.parse(reply);
    },
    ...objects(get),
    ...changes(
      async (change) => http.json({ ...change, path: await path(change.path, change.signal) }),
      sign,
    ),
    pull: (reference, options) => pull(http, path, reference, options),
    events: (signal) => follow(http, path, { type: ['container'], since: null }, EventReply, signal),
    happenings: (signal, since = null) =>
      follow(http, path, { ...happenings, since }, HappeningReply, signal),
    [Symbol.dispose]: () => http.close(),
  };
}

/** True when API version `a` is newer than `b` (`1.41` against `1.9`). */
export function isNewer(a: string, b: string): boolean {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA > majorB || (majorA === majorB && minorA > minorB);
}
