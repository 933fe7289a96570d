import { call, defineContract, Id, Instant, PageQuery, pageOf, text } from '@nebula/contract';
import { z } from 'zod';
import { ImageReference, UpdateState } from '../images/contract.ts';

export const ContainerId = z.string().regex(/^[0-9a-f]{64}$/, 'A container id is 64 hexadecimal digits.');
export const ContainerName = z
  .string()
  .max(128)
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/,
    'A name has two or more letters, digits, dots, dashes or underscores.',
  );
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
export type Health = z.infer<typeof Health>;

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
  imageId: z.string(),
  state: ContainerState,
  status: z.string().describe("The engine's own words, such as `Up 3 hours`"),
  health: Health,
  exitCode: z.number().int().nullable().describe('How it ended, when it has'),
  isOutOfMemory: z.boolean().describe('Whether it was ended because memory ran out'),
  createdAt: Instant,
  project: z.string().nullable().describe('Compose project'),
  service: z.string().nullable().describe('Compose service'),
  app: z
    .string()
    .describe('What it is of, the same when it is made anew: `<project>/<service>`, or its own name'),
  ports: z.array(Port),
  update: UpdateState,
});
export type Container = z.infer<typeof Container>;

const rate = z.number().nullable().describe('Bytes per second; null when the kernel does not count it');

/** Live figures of a running container; on the stream as state `containers.usage`, one key per container. */
export const Usage = z.object({
  at: Instant,
  cpuPercent: z.number().describe('Percent of one core; 200 is two cores'),
  memoryBytes: z.number().int().describe('Without the page cache that can be given back'),
  memoryLimitBytes: z.number().int().nullable().describe('Null when there is no limit'),
  receivedPerSecond: rate,
  sentPerSecond: rate,
  readPerSecond: rate,
  writtenPerSecond: rate,
});
export type Usage = z.infer<typeof Usage>;

/** Why a container does not run any more. */
export const ExitKind = z.enum([
  'ended',
  'out-of-memory',
  'killed',
  'asked-to-stop',
  'interrupted',
  'memory-fault',
  'aborted',
  'signal',
  'not-executable',
  'not-found',
  'engine-failed',
  'failed',
]);
export type ExitKind = z.infer<typeof ExitKind>;

/** One thing that a container may do or that is worth knowing of its walls; `key` says which, `detail` what it is about. */
export const Finding = z.object({
  level: z.enum(['danger', 'warning', 'info']),
  key: z.string(),
  detail: z.string(),
});
export type Finding = z.infer<typeof Finding>;

export const RestartPolicy = z.object({
  name: z.enum(['no', 'always', 'unless-stopped', 'on-failure']),
  maximumRetries: z.number().int().min(0).max(1000).default(0).describe('Of on-failure; 0 is no limit'),
});

const nullableText = z.string().nullable();

/** A value of the environment; that of a secret is null unless it was revealed. */
export const Variable = z.object({ name: z.string(), value: nullableText, isSecret: z.boolean() });

export const ContainerDetail = Container.extend({
  app: z.string().describe('The app it is of: its figures stand in the history as `app/<this>`'),
  usage: Usage.nullable(),
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  exit: z
    .object({
      code: z.number().int(),
      kind: ExitKind,
      signal: nullableText,
      engineWords: z.string(),
    })
    .nullable(),
  restartCount: z.number().int(),
  digests: z.array(z.string()).describe('`name@sha256:…` of its image'),
  command: z.array(z.string()),
  user: z.string(),
  workingDir: z.string(),
  environment: z.array(Variable),
  labels: z.record(z.string(), z.string()),
  restartPolicy: RestartPolicy,
  mounts: z.array(
    z.object({
      type: z.enum(['bind', 'volume', 'tmpfs', 'other']),
      name: nullableText,
      source: z.string(),
      target: z.string(),
      isReadOnly: z.boolean(),
    }),
  ),
  networks: z.array(
    z.object({
      name: z.string(),
      address: nullableText,
      addressV6: nullableText,
      gateway: nullableText,
      aliases: z.array(z.string()),
    }),
  ),
  lastHealthCheck: z.object({ at: Instant, exitCode: z.number().int(), output: z.string() }).nullable(),
  limits: z.object({
    memoryBytes: z.number().nullable(),
    cpus: z.number().nullable(),
    processes: z.number().nullable(),
  }),
  mayDo: z.array(Finding),
});
export type ContainerDetail = z.infer<typeof ContainerDetail>;

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

const listOf = <T extends z.ZodType>(item: T, most: number) => z.array(item).max(most);
const matching = (most: number, pattern: RegExp, otherwise: string) =>
  z.string().max(most).regex(pattern, otherwise);
/** A number within limits; whoever typed something else reads one sentence, whatever it was. */
const between = (low: number, high: number) => {
  const words = `A number from ${low} to ${high}.`;
  return z.number(words).min(low, words).max(high, words);
};
const port = between(1, 65_535).int('A whole number.');

const NewVariable = z.object({
  name: matching(200, /^[^=\s\p{Cc}]+$/u, 'A name has no space and no equals sign.'),
  value: z.string().max(32_768),
});
const NewPort = z.object({
  container: port,
  protocol: z.enum(['tcp', 'udp']).default('tcp'),
  published: port.nullable().describe('Null lets the engine choose'),
  address: z.union([z.ipv4(), z.ipv6()]).default('127.0.0.1').describe('0.0.0.0 is every network'),
});
const NewMount = z.object({
  type: z.enum(['bind', 'volume']),
  source: z.string().max(1024).describe('Path below an app directory, or name of a volume'),
  target: matching(1024, /^\/[^:\p{Cc}]*$/u, 'The place inside is an absolute path without a colon.'),
  isReadOnly: z.boolean().default(false),
});
const NewHealthCheck = z.object({
  command: listOf(z.string().min(1).max(4096), 50).min(1, 'Say which program looks.'),
  intervalSeconds: between(1, 86_400).default(30),
  timeoutSeconds: between(1, 3600).default(10),
  retries: between(1, 100).int('A whole number.').default(3),
  startPeriodSeconds: between(0, 86_400).default(0),
});
const networkName = matching(128, /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, "This is not a network's name.");

/** What a container is made from; the same in the form, the API and the preview. */
export const NewContainer = z.object({
  name: ContainerName,
  image: ImageReference,
  command: listOf(z.string().max(4096), 100).default([]).describe("Instead of the image's own"),
  environment: listOf(NewVariable, 200).default([]),
  ports: listOf(NewPort, 100).default([]),
  mounts: listOf(NewMount, 100).default([]),
  networks: listOf(networkName, 20).default([]),
  restartPolicy: RestartPolicy.default({ name: 'unless-stopped', maximumRetries: 0 }),
  memoryBytes: z.number().int().min(6_291_456, 'The engine wants at least 6 MiB.').nullable().default(null),
  cpus: between(0.01, 1024).nullable().default(null),
  healthCheck: NewHealthCheck.nullable().default(null),
});
export type NewContainer = z.infer<typeof NewContainer>;

export const BulkVerb = z.enum(['start', 'stop', 'restart', 'pause', 'unpause', 'kill', 'remove']);
export type BulkVerb = z.infer<typeof BulkVerb>;

export const BulkOutcome = z.object({
  id: ContainerId,
  name: z.string(),
  outcome: z.enum(['done', 'failed', 'waiting', 'unknown', 'skipped']),
  message: z.string(),
});
export type BulkOutcome = z.infer<typeof BulkOutcome>;

const one = z.object({ id: ContainerId });
const started = z.object({ runId: Id });
const Grace = z
  .object({ graceSeconds: z.number().int().min(0).max(3600).nullable().default(null) })
  .optional()
  .describe('Seconds it has to end by itself; its own when left out');
const Signal = z
  .object({
    signal: matching(16, /^SIG[A-Z0-9+-]{1,12}$/, 'A signal is written SIGTERM.').default('SIGKILL'),
  })
  .optional();
const Removal = z.object({
  name: z.string().max(255).describe('Its name once more, so that it is the right one'),
  isForced: z.boolean().default(false).describe('Although it runs'),
  volumes: listOf(z.string().max(255), 50).default([]).describe('Its volumes that go with all their data'),
});

function verb<const V extends string, const More extends { body?: z.ZodType }>(
  name: V,
  summary: string,
  more: More,
) {
  return call({
    method: 'POST',
    path: `/containers/:id/${name}`,
    summary: `${summary}; a run tells how it goes`,
    access: 'containers:operate',
    limit: '60/1m',
    status: 202,
    params: one,
    output: started,
    errors: { TARGET_BUSY: 409, NAME_DIFFERS: 409, NAME_TAKEN: 409 },
    ...more,
  });
}

export const containers = defineContract({
  id: 'containers',
  permissions: {
    'containers:read': { role: 'viewer', summary: 'See containers and their figures' },
    'containers:operate': { role: 'operator', summary: 'Start, stop, make and remove containers' },
    'containers:remove-volumes': { role: 'admin', summary: 'Remove volumes with their data' },
  },
  actions: {
    start: { permission: 'containers:operate', undo: 'Stop it again' },
    stop: { permission: 'containers:operate', undo: 'Start it again' },
    restart: { permission: 'containers:operate', undo: null },
    pause: { permission: 'containers:operate', undo: 'Let it go on' },
    unpause: { permission: 'containers:operate', undo: 'Pause it again' },
    kill: { permission: 'containers:operate', undo: null },
    rename: { permission: 'containers:operate', undo: 'Rename it back' },
    remove: { permission: 'containers:operate', undo: null },
    'remove-volumes': { permission: 'containers:remove-volumes', undo: null, stepUp: true },
    bulk: { permission: 'containers:operate', undo: null },
    create: { permission: 'containers:operate', undo: 'Remove it' },
    reveal: { permission: 'containers:operate', undo: null },
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
        health: Health.optional(),
        project: text(255).optional().describe('Compose project'),
        update: UpdateState.optional(),
        sort: z.enum(['name', 'cpu', 'memory', 'state']).default('name').describe('Highest use first'),
      }),
      output: pageOf(Container.extend({ usage: Usage.nullable() })),
    }),
    get: call({
      method: 'GET',
      path: '/containers/:id',
      summary: 'Everything about one container, and what it may do; secrets are left out',
      access: 'containers:read',
      params: one,
      output: ContainerDetail,
    }),
    inspect: call({
      method: 'GET',
      path: '/containers/:id/inspect',
      summary: "The engine's own description of a container; secrets are left out",
      access: 'containers:read',
      params: one,
      output: z.record(z.string(), z.unknown()),
    }),
    reveal: call({
      method: 'POST',
      path: '/containers/:id/reveal',
      summary: 'The environment of a container with its secrets; the audit remembers it',
      access: 'containers:operate',
      limit: '30/1m',
      params: one,
      output: z.object({ environment: z.array(Variable) }),
    }),
    engine: call({
      method: 'GET',
      path: '/engine',
      summary: 'Whether the container engine answers',
      access: 'containers:read',
      output: EngineStatus,
    }),
    start: verb('start', 'Start a container', {}),
    stop: verb('stop', 'Stop a container', { body: Grace }),
    restart: verb('restart', 'Restart a container', { body: Grace }),
    pause: verb('pause', 'Freeze a container', {}),
    unpause: verb('unpause', 'Let a frozen container go on', {}),
    kill: verb('kill', 'Send a signal to a container', { body: Signal }),
    rename: verb('rename', 'Give a container another name', { body: z.object({ name: ContainerName }) }),
    remove: verb('remove', 'Remove a container; its volumes stay unless they are named', { body: Removal }),
    bulk: call({
      method: 'POST',
      path: '/containers/bulk',
      summary: 'Do the same to several containers; one that fails harms no other',
      access: 'containers:operate',
      limit: '20/1m',
      status: 202,
      body: z.object({
        verb: BulkVerb,
        ids: z.array(ContainerId).min(1).max(100),
        names: z
          .array(z.string().max(255))
          .max(100)
          .default([])
          .describe('To remove: their names, in the same order'),
      }),
      output: started,
      errors: { NAME_DIFFERS: 409, TARGET_BUSY: 409 },
    }),
    bulkOutcome: call({
      method: 'GET',
      path: '/containers/bulk/:runId',
      summary: 'What was done to which container in a run about several',
      access: 'containers:read',
      params: z.object({ runId: Id }),
      output: z.object({ verb: BulkVerb, outcomes: z.array(BulkOutcome) }),
    }),
    creationChoices: call({
      method: 'GET',
      path: '/containers/choices',
      summary: 'What a new container can be made with: app directories, volumes, networks',
      access: 'containers:operate',
      output: z.object({
        appRoots: z.array(z.string()),
        volumes: z.array(z.string()),
        networks: z.array(z.string()),
      }),
    }),
    preview: call({
      method: 'POST',
      path: '/containers/preview',
      summary: 'A new container as compose file, and what it will be able to do; makes nothing',
      access: 'containers:operate',
      body: NewContainer,
      output: z.object({ compose: z.string(), mayDo: z.array(Finding) }),
      errors: { NAME_TAKEN: 409 },
    }),
    create: call({
      method: 'POST',
      path: '/containers',
      summary: 'Make and start a container; a run fetches its image and tells how it goes',
      access: 'containers:operate',
      limit: '30/1m',
      status: 202,
      body: NewContainer,
      output: started,
      errors: { NAME_TAKEN: 409, TARGET_BUSY: 409 },
    }),
  },
});
