import { call, defineContract, Instant } from '@nebula/contract';
import { z } from 'zod';

/** A tile's place: its figures come from the feature of that name, but for `attention` and `links`. */
export const TileId = z.enum(['attention', 'system', 'containers', 'alerts', 'jobs', 'audit', 'links']);
export type TileId = z.infer<typeof TileId>;

export const SystemTile = z.object({
  hostname: z.string(),
  os: z.string(),
  cores: z.number().int(),
  uptimeSeconds: z.number(),
  cpuPercent: z.number().describe('Percent of all processors'),
  load: z.number().describe('Average of the last minute'),
  memory: z.object({ total: z.number(), available: z.number() }),
  swap: z.object({ total: z.number(), used: z.number() }).nullable(),
  disk: z
    .object({ mountPoint: z.string(), usedPercent: z.number(), availableBytes: z.number() })
    .nullable()
    .describe('The fullest one; null until disks were read'),
  points: z
    .array(
      z.object({
        at: Instant,
        cpuPercent: z.number(),
        memoryUsedBytes: z.number(),
        receivedBytesPerSecond: z.number(),
        sentBytesPerSecond: z.number(),
      }),
    )
    .describe('The last minutes, oldest first'),
});
export type SystemTile = z.infer<typeof SystemTile>;

export const ContainersTile = z.object({
  isReachable: z.boolean(),
  detail: z.string(),
  total: z.number().int(),
  states: z.record(z.string(), z.number().int()),
  unhealthy: z.number().int(),
});
export type ContainersTile = z.infer<typeof ContainersTile>;

export const AlertsTile = z.object({
  open: z.number().int(),
  newest: z.array(
    z.object({
      id: z.string(),
      summary: z.string(),
      severity: z.enum(['critical', 'warning', 'info']),
      openedAt: Instant,
      isAcknowledged: z.boolean(),
    }),
  ),
});
export type AlertsTile = z.infer<typeof AlertsTile>;

export const JobsTile = z.object({
  running: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      state: z.string(),
      target: z.string(),
      createdAt: Instant,
    }),
  ),
  hasMore: z.boolean(),
});
export type JobsTile = z.infer<typeof JobsTile>;

export const AuditTile = z.object({
  entries: z.array(
    z.object({
      id: z.string(),
      at: Instant,
      actor: z.string(),
      action: z.string(),
      target: z.string(),
      outcome: z.enum(['done', 'denied', 'failed']),
    }),
  ),
});
export type AuditTile = z.infer<typeof AuditTile>;

/** A tile's figures, or why they are not there; null when the feature is not there or not for this caller. */
function tile<T extends z.ZodType>(data: T) {
  return z
    .discriminatedUnion('state', [
      z.object({ state: z.literal('ok'), data }),
      z.object({ state: z.literal('failed'), detail: z.string() }),
    ])
    .nullable();
}

export const Attention = z.object({
  id: z.string(),
  severity: z.enum(['critical', 'warning', 'notice']),
  code: z.string().describe('`<feature>.<matter>`'),
  values: z.record(z.string(), z.union([z.string(), z.number()])).describe('What the sentence is made of'),
  sentence: z.string(),
  path: z.string().describe('Page of the web that shows it'),
});
export type Attention = z.infer<typeof Attention>;

export const Overview = z.object({
  at: Instant,
  attention: z.object({
    items: z.array(Attention).describe('The gravest first'),
    unasked: z.array(z.string()).describe('Features that could not say whether something needs attention'),
  }),
  tiles: z.object({
    system: tile(SystemTile),
    containers: tile(ContainersTile),
    alerts: tile(AlertsTile),
    jobs: tile(JobsTile),
    audit: tile(AuditTile),
  }),
});
export type Overview = z.infer<typeof Overview>;

export const PlacedTile = z.object({ id: TileId, isHidden: z.boolean() });
export type PlacedTile = z.infer<typeof PlacedTile>;

export const Preset = z.enum(['default', 'admin', 'developer', 'monitor']);
export type Preset = z.infer<typeof Preset>;

export const Layout = z.object({
  version: z.number().int().min(0).describe('0 until it was changed; a change names the version it changes'),
  tiles: z.array(PlacedTile).describe('All tiles in their order'),
});
export type Layout = z.infer<typeof Layout>;

export const overview = defineContract({
  id: 'overview',
  permissions: {},
  actions: { 'change-layout': { permission: 'signed-in', undo: 'Change it back' } },
  events: {},
  endpoints: {
    get: call({
      method: 'GET',
      path: '/overview',
      summary: 'How everything is: figures, what needs attention, what is going on; as far as you may see it',
      access: 'signed-in',
      limit: '240/1m',
      output: Overview,
    }),
    layout: call({
      method: 'GET',
      path: '/overview/layout',
      summary: 'Which tiles your overview shows, in which order, and the presets',
      access: 'signed-in',
      output: Layout.extend({ presets: z.record(Preset, z.array(PlacedTile)) }),
    }),
    changeLayout: call({
      method: 'PUT',
      path: '/overview/layout',
      summary: 'Order, show and hide the tiles of your overview',
      access: 'signed-in',
      body: z.object({
        basedOn: z.number().int().min(0).describe('The version that is changed'),
        order: z.array(TileId).max(TileId.options.length).describe('Tiles in their order'),
        hidden: z.array(TileId).max(TileId.options.length).describe('Those of them that are hidden'),
      }),
      output: Layout,
      errors: { LAYOUT_CHANGED: 409 },
    }),
  },
});
