import { z } from 'zod';
import type { ContainerCounters, ContainerEvent, ContainerSummary } from '../../container.ts';
import type { EngineVersion } from '../../index.ts';

// Docker Engine API 1.41 to 1.52 (docs.docker.com/reference/api/engine); of each reply only the fields used.

export const State = z
  .enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'])
  .catch('dead');
export const Protocol = z.enum(['tcp', 'udp', 'sctp']).catch('tcp');

export const VersionReply = z
  .object({ Version: z.string(), ApiVersion: z.string(), MinAPIVersion: z.string().optional() })
  .transform((reply): EngineVersion & { minApiVersion: string } => ({
    version: reply.Version,
    apiVersion: reply.ApiVersion,
    minApiVersion: reply.MinAPIVersion ?? '1.12',
  }));

export const InfoReply = z
  .object({ MemTotal: z.number() })
  .transform((reply) => ({ memoryBytes: reply.MemTotal }));

const ListedPort = z.object({
  IP: z.string().optional(),
  PrivatePort: z.number(),
  PublicPort: z.number().optional(),
  Type: Protocol,
});

export const ListReply = z.array(
  z
    .object({
      Id: z.string(),
      Names: z.array(z.string()).nullish(),
      Image: z.string(),
      ImageID: z.string(),
      Created: z.number(),
      State,
      Status: z.string(),
      Labels: z.record(z.string(), z.string()).nullish(),
      Ports: z.array(ListedPort).nullish(),
    })
    .transform(
      (row): ContainerSummary => ({
        id: row.Id,
        name: nameOf(
          row.Names?.find((name) => name.indexOf('/', 1) < 0) ?? row.Names?.[0] ?? row.Id.slice(0, 12),
        ),
        image: row.Image,
        imageId: row.ImageID,
        state: row.State,
        status: row.Status,
        health: healthIn(row.Status),
        createdAt: new Date(row.Created * 1000),
        labels: row.Labels ?? {},
        ports: (row.Ports ?? []).map((port) => ({
          container: port.PrivatePort,
          protocol: port.Type,
          published: port.PublicPort ?? null,
          address: port.IP === undefined || port.IP === '' ? null : port.IP,
        })),
      }),
    ),
);

export const StatsReply = z
  .object({
    read: z.string(),
    cpu_stats: z.object({ cpu_usage: z.object({ total_usage: z.number() }) }),
    memory_stats: z.object({
      usage: z.number().optional(),
      limit: z.number().optional(),
      stats: z.record(z.string(), z.number()).optional(),
    }),
    networks: z.record(z.string(), z.object({ rx_bytes: z.number(), tx_bytes: z.number() })).nullish(),
    blkio_stats: z
      .object({
        io_service_bytes_recursive: z.array(z.object({ op: z.string(), value: z.number() })).nullish(),
      })
      .nullish(),
  })
  .transform((reply): ContainerCounters | null => {
    const { usage, limit, stats } = reply.memory_stats;
    const at = instantOf(reply.read);
    // A container that does not run has empty counters and a zero time.
    if (usage === undefined || at === null) return null;
    const cache = stats?.['inactive_file'] ?? stats?.['total_inactive_file'] ?? 0;
    return {
      at,
      cpuNanoseconds: reply.cpu_stats.cpu_usage.total_usage,
      memoryBytes: Math.max(0, usage - cache),
      memoryLimitBytes: limit === undefined || limit === 0 ? null : limit,
      ...traffic(reply.networks),
      ...blockInput(reply.blkio_stats?.io_service_bytes_recursive),
    };
  });

function traffic(
  networks: Record<string, { rx_bytes: number; tx_bytes: number }> | null | undefined,
): Pick<ContainerCounters, 'receivedBytes' | 'sentBytes'> {
  // On the machine's own network, or with none, the engine counts nothing.
  if (networks === undefined || networks === null) return { receivedBytes: null, sentBytes: null };
  const all = Object.values(networks);
  return {
    receivedBytes: all.reduce((sum, { rx_bytes }) => sum + rx_bytes, 0),
    sentBytes: all.reduce((sum, { tx_bytes }) => sum + tx_bytes, 0),
  };
}

function blockInput(
  entries: { op: string; value: number }[] | null | undefined,
): Pick<ContainerCounters, 'readBytes' | 'writtenBytes'> {
  if (entries === undefined || entries === null) return { readBytes: null, writtenBytes: null };
  const sumOf = (op: string) =>
    entries.filter((entry) => entry.op.toLowerCase() === op).reduce((sum, { value }) => sum + value, 0);
  return { readBytes: sumOf('read'), writtenBytes: sumOf('write') };
}

export const EventReply = z
  .object({
    Action: z.string(),
    Actor: z.object({
      ID: z.string(),
      Attributes: z.object({ exitCode: z.string().regex(/^\d+$/).optional().catch(undefined) }).nullish(),
    }),
    timeNano: z.number(),
  })
  .transform((event): ContainerEvent => {
    const exitCode = event.Actor.Attributes?.exitCode;
    return {
      id: event.Actor.ID,
      action: event.Action,
      at: new Date(event.timeNano / 1e6),
      ...(exitCode === undefined ? {} : { exitCode: Number(exitCode) }),
    };
  });

/** The engine writes names with a slash before them. */
export function nameOf(name: string): string {
  return name.startsWith('/') ? name.slice(1) : name;
}

/** The list tells health only inside its status text, such as `Up 2 minutes (healthy)`. */
function healthIn(status: string): ContainerSummary['health'] {
  if (status.includes('(healthy)')) return 'healthy';
  if (status.includes('(unhealthy)')) return 'unhealthy';
  return status.includes('(health: starting)') ? 'starting' : 'none';
}

/** Instants before 1970 are how Go says "never". */
export function instantOf(text: string): Date | null {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) || at.getTime() <= 0 ? null : at;
}
