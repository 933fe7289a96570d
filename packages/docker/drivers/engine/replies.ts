import { z } from 'zod';
import type {
  ContainerCounters,
  ContainerDetail,
  ContainerEvent,
  ContainerSummary,
  EngineVersion,
} from '../../index.ts';

// Docker Engine API 1.41 to 1.52 (docs.docker.com/reference/api/engine); of each reply only the fields used.

const State = z
  .enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'])
  .catch('dead');
const Protocol = z.enum(['tcp', 'udp', 'sctp']).catch('tcp');

export const VersionReply = z
  .object({ Version: z.string(), ApiVersion: z.string(), MinAPIVersion: z.string().optional() })
  .transform((reply): EngineVersion & { minApiVersion: string } => ({
    version: reply.Version,
    apiVersion: reply.ApiVersion,
    minApiVersion: reply.MinAPIVersion ?? '1.12',
  }));

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

export const InspectReply = z
  .object({
    Id: z.string(),
    Name: z.string(),
    RestartCount: z.number().optional(),
    State: z.object({
      Status: State,
      StartedAt: z.string(),
      FinishedAt: z.string(),
      ExitCode: z.number(),
      OOMKilled: z.boolean(),
      Health: z.object({ Status: z.string() }).nullish(),
    }),
  })
  .transform(
    (reply): ContainerDetail => ({
      id: reply.Id,
      name: nameOf(reply.Name),
      state: reply.State.Status,
      health: healthOf(reply.State.Health?.Status ?? 'none'),
      startedAt: instantOf(reply.State.StartedAt),
      finishedAt: instantOf(reply.State.FinishedAt),
      exitCode: reply.State.ExitCode,
      isOutOfMemoryKilled: reply.State.OOMKilled,
      restartCount: reply.RestartCount ?? 0,
    }),
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
    };
  });

export const EventReply = z
  .object({ Action: z.string(), Actor: z.object({ ID: z.string() }), timeNano: z.number() })
  .transform(
    (event): ContainerEvent => ({
      id: event.Actor.ID,
      action: event.Action,
      at: new Date(event.timeNano / 1e6),
    }),
  );

function nameOf(name: string): string {
  return name.startsWith('/') ? name.slice(1) : name;
}

/** The list tells health only inside its status text, such as `Up 2 minutes (healthy)`. */
function healthIn(status: string): ContainerSummary['health'] {
  if (status.includes('(healthy)')) return 'healthy';
  if (status.includes('(unhealthy)')) return 'unhealthy';
  return status.includes('(health: starting)') ? 'starting' : 'none';
}

function healthOf(status: string): ContainerDetail['health'] {
  return status === 'healthy' || status === 'unhealthy' || status === 'starting' ? status : 'none';
}

/** Instants before 1970 are how Go says "never". */
function instantOf(text: string): Date | null {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) || at.getTime() <= 0 ? null : at;
}
