import type { Clock } from '@nebula/clock';
import type { Docker } from '@nebula/docker';
import type { Host, ProcessCounters, ProcessTable } from '@nebula/hosts';
import type { Log } from '@nebula/log';
import type { Process } from './contract.ts';

interface Deps {
  host: Host;
  docker: Docker;
  clock: Clock;
  log: Log;
}

interface Query {
  sort: 'cpu' | 'memory';
  search?: string | undefined;
  limit: number;
}

/** Two readings this far apart at least, and a first one that is not older than this. */
const betweenMs = 500;
const staleMs = 30_000;
/** Owners are read only of so many of the busiest when somebody searches by user or container. */
const mostSearched = 1000;

/** What processes use, read while somebody asks: at rest nothing is read. */
export function createProcesses({ host, docker, clock, log }: Deps) {
  let last: { table: ProcessTable; at: number } | null = null;
  let names: { at: number; byId: ReadonlyMap<string, string> } | null = null;

  async function pair(signal: AbortSignal): Promise<[ProcessTable, ProcessTable]> {
    const now = clock.now().getTime();
    let first = last;
    if (first === null || now - first.at > staleMs || now - first.at < betweenMs) {
      first = { table: await host.processes(), at: now };
      await clock.sleep(betweenMs, signal);
    }
    const second = await host.processes();
    last = { table: second, at: clock.now().getTime() };
    return [first.table, second];
  }

  /** Names of containers by id; none when the engine is away, as processes are there without it. */
  async function containerNames(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const now = clock.now().getTime();
    if (names !== null && now - names.at < 10_000) return names.byId;
    try {
      const list = await docker.list({ signal: AbortSignal.any([signal, AbortSignal.timeout(3000)]) });
      names = { at: now, byId: new Map(list.map(({ id, name }) => [id, name])) };
    } catch (error) {
      if (signal.aborted) throw error;
      log.debug({ error }, 'processes are shown without the names of their containers');
      names = { at: now, byId: new Map() };
    }
    return names.byId;
  }

  return {
    async list(query: Query, signal: AbortSignal) {
      const [before, after] = await pair(signal);
      const byId = await containerNames(signal);
      const search = query.search?.toLowerCase() ?? '';
      const ranked = rank(before, after, query.sort);
      const items: Process[] = [];
      for (const { process, cpuPercent } of ranked.slice(0, search === '' ? undefined : mostSearched)) {
        const owner = host.processOwner(process.pid);
        // It ended since; the next look will not have it.
        if (owner === null) continue;
        const { program, user, containerId } = owner;
        const containerName = containerId === null ? null : (byId.get(containerId) ?? null);
        const { pid, state, threads, residentBytes } = process;
        const name = program ?? process.name;
        const row = { pid, name, user, state, cpuPercent, memoryBytes: residentBytes, threads };
        if (
          search !== '' &&
          ![name, user, containerName ?? ''].some((text) => text.toLowerCase().includes(search))
        )
          continue;
        items.push({ ...row, containerId, containerName });
        if (items.length >= query.limit) break;
      }
      const at = clock.now().toISOString();
      return { at, total: after.processes.length, zombies: after.zombies, items };
    },
  };
}

/** Processes by what they used between two readings, or by their memory; the busiest first. */
export function rank(
  before: ProcessTable,
  after: ProcessTable,
  sort: 'cpu' | 'memory',
): { process: ProcessCounters; cpuPercent: number }[] {
  const known = new Map(before.processes.map((process) => [process.pid, process]));
  const seconds = Math.max(0.01, after.uptimeSeconds - before.uptimeSeconds);
  const rows = after.processes.map((process) => {
    const earlier = known.get(process.pid);
    // A process that was not there, or another with the same id, has used all its time since.
    const from = earlier?.startTicks === process.startTicks ? earlier.cpuTicks : 0;
    const isNew = earlier?.startTicks !== process.startTicks;
    const span = isNew ? Math.max(seconds, after.uptimeSeconds - process.startTicks / 100) : seconds;
    return { process, cpuPercent: Math.round((Math.max(0, process.cpuTicks - from) / span) * 10) / 10 };
  });
  const byMemory = (process: ProcessCounters) => process.residentBytes;
  return rows.sort((one, other) =>
    sort === 'cpu' && one.cpuPercent !== other.cpuPercent
      ? other.cpuPercent - one.cpuPercent
      : byMemory(other.process) - byMemory(one.process) || one.process.pid - other.process.pid,
  );
}
