import { call, defineContract, Id, Instant, PageQuery, pageOf, text } from '@nebula/contract';
import { z } from 'zod';

export const ContainerId = z.string().regex(/^[0-9a-f]{64}$/, 'A container id is 64 hexadecimal digits.');
export const ContainerState = z.enum([
  'created',
  'running',
  'paused',
  'restarting',
  'removing',
  'exited',
  'dead',
]);
export type ContainerState = z.infer<typeof ContainerState>;
export const Health = z.enum(['none', 'starting', 'healthy', 'unhealthy']);

export const Port = z.object({
  container: z.number().int(),
  protocol: z.enum(['tcp', 'udp', 'sctp']),
  published: z.number().int().nullable(),
  address: z.string().nullable(),
});

export const Container = z.object({
  id: ContainerId,
  hostId: z.string(),
  name: z.string(),
  image: z.string(),
  state: ContainerState,
  status: z.string().describe("The engine's own words, such as `Up 3 hours`"),
  health: Health,
  createdAt: Instant,
  project: z.string().nullable().describe('Compose project'),
  service: z.string().nullable().describe('Compose service'),
  ports: z.array(Port),
});
export type Container = z.infer<typeof Container>;

/** Live figures of a running container; on the stream as state `containers.usage`, one key per container. */
export const Usage = z.object({
  at: Instant,
  cpuPercent: z.number().describe('Percent of one core; 200 is two cores'),
  memoryBytes: z.number().int().describe('Without the page cache that can be given back'),
  memoryLimitBytes: z.number().int().nullable(),
});
export type Usage = z.infer<typeof Usage>;

/** Whether the container engine answers; on the stream as state `containers.engine`, one key per host. */
export const EngineStatus = z.object({
  hostId: z.string(),
  isReachable: z.boolean(),
  version: z.string().nullable(),
  apiVersion: z.string().nullable(),
  detail: z.string().describe('What is wrong and what to do, or where the engine is'),
  since: Instant,
});
export type EngineStatus = z.infer<typeof EngineStatus>;

export const containers = defineContract({
  id: 'containers',
  permissions: {
    'containers:read': { role: 'viewer', summary: 'See containers and their figures' },
    'containers:operate': { role: 'operator', summary: 'Start, stop and restart containers' },
  },
  actions: {
    restart: { permission: 'containers:operate', undo: null },
  },
  events: {},
  endpoints: {
    list: call({
      method: 'GET',
      path: '/containers',
      summary: 'All containers on the host, by name',
      access: 'containers:read',
      query: PageQuery.extend({
        search: text(100).optional().describe('Part of name, image or project'),
        state: ContainerState.optional(),
      }),
      output: pageOf(Container.extend({ usage: Usage.nullable() })),
    }),
    get: call({
      method: 'GET',
      path: '/containers/:id',
      summary: 'One container',
      access: 'containers:read',
      params: z.object({ id: ContainerId }),
      output: Container.extend({ usage: Usage.nullable() }),
    }),
    engine: call({
      method: 'GET',
      path: '/engine',
      summary: 'Whether the container engine answers',
      access: 'containers:read',
      output: EngineStatus,
    }),
    restart: call({
      method: 'POST',
      path: '/containers/:id/restart',
      summary: 'Restart a container; a run tells how it goes',
      access: 'containers:operate',
      limit: '60/1m',
      status: 202,
      params: z.object({ id: ContainerId }),
      output: z.object({ runId: Id }),
      errors: { TARGET_BUSY: 409 },
    }),
  },
});
