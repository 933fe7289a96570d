import { DriverError } from '@nebula/errors';
import type { ContainerCounters, Docker, SignGrant } from '../../index.ts';
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

const statsAtOnce = 4;

/** What an engine is opened with. */
export interface EngineOptions {
  sign?: SignGrant;
  /** A quicker way to the engine's statistics of containers, by id; asked one by one without it. */
  readStats?: (ids: readonly string[], signal: AbortSignal) => Promise<Record<string, unknown>>;
}

/** A container without a limit is given the machine's whole memory as one. */
function withLimit(counters: ContainerCounters, machineBytes: number): ContainerCounters {
  const { memoryLimitBytes } = counters;
  const isLimited = memoryLimitBytes !== null && memoryLimitBytes < machineBytes;
  return isLimited ? counters : { ...counters, memoryLimitBytes: null };
}

/**
 * Opens a Docker Engine (or what speaks its API, such as our broker) on a unix socket. Nothing is connected until the first
 * call; the API version is agreed on then, and again after the engine was away. `sign` is for the few requests that our broker
 * lets through only with a grant.
 */
export function openEngine(socketPath: string, { sign, readStats }: EngineOptions = {}): Docker & Disposable {
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

  async function statsOneByOne(
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<Record<string, unknown>> {
    const waiting = [...ids];
    const replies: Record<string, unknown> = {};
    const worker = async () => {
      for (let id = waiting.pop(); id !== undefined && !signal.aborted; id = waiting.pop()) {
        const rest = `/containers/${encodeURIComponent(id)}/stats?stream=false&one-shot=true`;
        try {
          replies[id] = await get(rest, signal);
        } catch (error) {
          // One that goes just now, or answers rubbish, is not the others' matter; an engine that is away is.
          const isAway = error instanceof DriverError && error.kind === 'unavailable';
          if (signal.aborted || (isAway && Object.keys(replies).length === 0)) throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(statsAtOnce, ids.length) }, worker));
    return replies;
  }

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
    async counters(ids, signal) {
      if (ids.length === 0) return new Map();
      const replies = await (readStats ?? statsOneByOne)(ids, signal);
      machineBytes ??= InfoReply.parse(await get('/info', signal)).memoryBytes;
      const found = new Map<string, ContainerCounters>();
      for (const id of ids) {
        const { data: counters = null } = StatsReply.safeParse(replies[id]);
        if (counters !== null) found.set(id, withLimit(counters, machineBytes));
      }
      return found;
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
    events: (signal, since = null) => follow(http, path, { type: ['container'], since }, EventReply, signal),
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
