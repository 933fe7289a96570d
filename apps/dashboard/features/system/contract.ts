import { call, defineContract, Id, Instant, PageQuery, pageOf, text } from '@nebula/contract';
import { z } from 'zod';
import { HostIdentity } from '../hosts/contract.ts';

/** Percent of the time of one processor, or of all of them. */
export const CpuShares = z.object({
  user: z.number(),
  system: z.number(),
  iowait: z.number(),
  steal: z.number(),
});
export type CpuShares = z.infer<typeof CpuShares>;

const PressureOf = z
  .object({ some10: z.number(), some60: z.number(), full10: z.number().nullable() })
  .nullable()
  .describe('Percent of the time in which something, or everything, waited; null where it is not measured');

/** What the machine did since the reading before; on the stream as state `system.sample`, one key per host. */
export const Sample = z.object({
  at: Instant,
  uptimeSeconds: z.number(),
  cpu: z.object({ total: CpuShares, cores: z.array(CpuShares) }),
  cpuLimit: z.number().nullable().describe('Processors a container may use'),
  load: z.tuple([z.number(), z.number(), z.number()]),
  tasks: z.object({ running: z.number().int(), blocked: z.number().int() }),
  memory: z
    .object({
      total: z.number(),
      available: z.number(),
      free: z.number(),
      buffers: z.number(),
      cached: z.number(),
      arc: z.number().nullable().describe('ZFS cache'),
      shared: z.number(),
      used: z.number(),
      limit: z.number().nullable().describe("The container's own limit"),
      limitUsed: z.number().nullable(),
    })
    .describe('Bytes; the parts are disjoint'),
  swap: z.object({ total: z.number(), used: z.number() }).nullable(),
  pressure: z.object({ cpu: PressureOf, memory: PressureOf, io: PressureOf }),
  disks: z.array(
    z.object({
      name: z.string(),
      readBytesPerSecond: z.number(),
      writtenBytesPerSecond: z.number(),
      busyPercent: z.number(),
    }),
  ),
  interfaces: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['wired', 'wireless', 'loopback', 'bridge', 'vpn', 'virtual', 'containers']),
      members: z.number().int(),
      state: z.enum(['up', 'down', 'unknown']),
      speed: z.number().nullable().describe('Megabits per second'),
      receivedBytesPerSecond: z.number(),
      sentBytesPerSecond: z.number(),
      errors: z.number(),
      dropped: z.number(),
      newErrors: z.number(),
    }),
  ),
  files: z.object({ open: z.number(), limit: z.number() }).nullable(),
});
export type Sample = z.infer<typeof Sample>;

export const Filesystem = z.object({
  device: z.string(),
  mountPoint: z.string(),
  type: z.string(),
  kind: z.enum(['disk', 'network', 'container-root']),
  isReadOnly: z.boolean(),
  status: z.enum(['ok', 'silent', 'denied', 'not-asked']),
  totalBytes: z.number().nullable(),
  usedBytes: z.number().nullable(),
  availableBytes: z.number().nullable(),
  inodes: z.object({ total: z.number(), used: z.number() }).nullable(),
});
export type Filesystem = z.infer<typeof Filesystem>;

export const Temperature = z.object({
  id: z.string(),
  chip: z.string(),
  label: z.string(),
  celsius: z.number(),
  high: z.number().nullable(),
  critical: z.number().nullable(),
});
export type Temperature = z.infer<typeof Temperature>;

/** File systems and temperatures; on the stream as state `system.storage`, one key per host. */
export const Storage = z.object({
  at: Instant,
  filesystems: z.array(Filesystem),
  temperatures: z.array(Temperature),
});
export type Storage = z.infer<typeof Storage>;

/** One reading as charts need it. */
export const Point = z.object({
  at: Instant,
  cpuPercent: z.number(),
  memoryUsedBytes: z.number(),
  receivedBytesPerSecond: z.number(),
  sentBytesPerSecond: z.number(),
  readBytesPerSecond: z.number(),
  writtenBytesPerSecond: z.number(),
});
export type Point = z.infer<typeof Point>;

export const Process = z.object({
  pid: z.number().int(),
  name: z.string(),
  user: z.string(),
  state: z.string().describe("The kernel's letter: R running, S sleeping, D waiting for a disk, Z zombie"),
  cpuPercent: z.number().describe('Percent of one core'),
  memoryBytes: z.number(),
  threads: z.number().int(),
  containerId: z.string().nullable(),
  containerName: z.string().nullable(),
});
export type Process = z.infer<typeof Process>;

export const UnitName = z
  .string()
  .regex(
    /^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]{0,240}\.(service|socket|timer|path|target|mount|automount|swap|slice|scope|device)$/,
    'A unit has a name such as ssh.service.',
  );

export const Unit = z.object({
  name: z.string(),
  description: z.string(),
  load: z.string(),
  active: z.string().describe("systemd's word: active, inactive, failed, activating, deactivating"),
  sub: z.string(),
  canChange: z.boolean().describe('Whether NEBULA_UNITS lets it be started and stopped'),
});
export type Unit = z.infer<typeof Unit>;

export const UnitDetail = Unit.extend({
  unitFile: z.string(),
  result: z.string(),
  mainPid: z.number().nullable(),
  exitStatus: z.number().nullable(),
  restarts: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  tasks: z.number().nullable(),
});
export type UnitDetail = z.infer<typeof UnitDetail>;

const JournalEntry = z.object({
  at: Instant,
  priority: z.number().int().min(0).max(7),
  source: z.string(),
  pid: z.number().nullable(),
  message: z.string(),
});

const unitParams = z.object({ unit: UnitName });
const unitErrors = { NO_SYSTEMD: 409 };
const changeUnit = {
  method: 'POST',
  access: 'system:operate',
  limit: '60/1m',
  status: 202,
  params: unitParams,
  output: z.object({ runId: Id }),
  errors: { ...unitErrors, TARGET_BUSY: 409, UNIT_NOT_CHANGEABLE: 409 },
} as const;

export const system = defineContract({
  id: 'system',
  permissions: {
    'system:read': { role: 'viewer', summary: 'See what the machine does' },
    'system:read-journal': { role: 'operator', summary: 'Read the journal of units' },
    'system:operate': { role: 'operator', summary: 'Start, stop and restart units of systemd' },
  },
  actions: {
    'start-unit': { permission: 'system:operate', undo: 'Stop the unit' },
    'stop-unit': { permission: 'system:operate', undo: 'Start the unit' },
    'restart-unit': { permission: 'system:operate', undo: null },
  },
  events: {},
  endpoints: {
    get: call({
      method: 'GET',
      path: '/system',
      summary: 'What the machine does right now',
      access: 'system:read',
      output: z.object({
        hostId: z.string(),
        identity: HostIdentity,
        sample: Sample,
        storage: Storage.nullable().describe('Null until disks and sensors were read for the first time'),
      }),
    }),
    history: call({
      method: 'GET',
      path: '/system/history',
      summary: 'The last minutes, oldest first',
      access: 'system:read',
      output: z.object({ hostId: z.string(), everySeconds: z.number(), points: z.array(Point) }),
    }),
    processes: call({
      method: 'GET',
      path: '/system/processes',
      summary: 'The processes that use most',
      access: 'system:read',
      limit: '120/1m',
      query: z.object({
        sort: z.enum(['cpu', 'memory']).default('cpu'),
        search: text(100).optional().describe('Part of the name, user or container'),
        limit: z.coerce.number().int().min(1).max(200).default(25),
      }),
      output: z.object({
        hostId: z.string(),
        at: Instant,
        total: z.number().int(),
        zombies: z.number().int(),
        items: z.array(Process),
      }),
    }),
    units: call({
      method: 'GET',
      path: '/system/units',
      summary: 'Units of systemd by name',
      access: 'system:read',
      query: PageQuery.extend({
        search: text(100).optional().describe('Part of name or description'),
        active: z.enum(['active', 'inactive', 'failed']).optional(),
      }),
      output: pageOf(Unit).extend({
        absence: z.string().nullable().describe('Why there are none; null where systemd runs'),
        failed: z.number().int().describe('Units that failed, whatever is searched for'),
      }),
    }),
    unit: call({
      method: 'GET',
      path: '/system/units/:unit',
      summary: 'One unit of systemd',
      access: 'system:read',
      params: unitParams,
      output: UnitDetail,
      errors: unitErrors,
    }),
    journal: call({
      method: 'GET',
      path: '/system/units/:unit/journal',
      summary: 'The newest lines that a unit wrote, oldest first',
      access: 'system:read-journal',
      params: unitParams,
      query: z.object({ lines: z.coerce.number().int().min(1).max(500).default(100) }),
      output: z.object({ unit: z.string(), entries: z.array(JournalEntry), isCut: z.boolean() }),
      errors: unitErrors,
    }),
    startUnit: call({
      ...changeUnit,
      path: '/system/units/:unit/start',
      summary: 'Start a unit; a run tells how it goes',
    }),
    stopUnit: call({
      ...changeUnit,
      path: '/system/units/:unit/stop',
      summary: 'Stop a unit; a run tells how it goes',
    }),
    restartUnit: call({
      ...changeUnit,
      path: '/system/units/:unit/restart',
      summary: 'Restart a unit; a run tells how it goes',
    }),
  },
});
