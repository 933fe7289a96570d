import { call, defineContract, Id, Instant, PageQuery, pageOf, text } from '@nebula/contract';
import { z } from 'zod';
import { Passwords } from './contract-accounts.ts';
import { HealthCheck, HealthState } from './contract-health.ts';

export { HealthCheck, HealthLayer, HealthState } from './contract-health.ts';
import { StepState } from '../jobs/contract.ts';

/** A fully qualified name as DNS has it (punycode, lower case); the first label may be `*`. */
export const DomainName = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(
    /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/,
    'A domain is a whole name such as photos.example.com.',
  );

/**
 * `new`: kept, nothing done yet. `provisioning` and `removing`: a run is at it. `active`: everything was proven. `failed`: the
 * last run stopped, and says where.
 */
export const DomainStatus = z.enum(['new', 'provisioning', 'active', 'failed', 'removing']);
export type DomainStatus = z.infer<typeof DomainStatus>;

const HostText = z
  .string()
  .max(253)
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9_.-]*)$|^[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*$/,
    'This is not a host or an address.',
  );
const PortNumber = z.number().int().min(1).max(65_535);
const HeaderName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/, 'This is not the name of a header.');
/** PostgreSQL keeps no NUL in a text. */
const withoutNul = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\0]*$/, 'This has a character that no text may have.');
const oneLine = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\0\r\n]*$/, 'This must be one line.');

/** What a domain leads to. */
export const DomainTarget = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('container'),
    name: z
      .string()
      .min(1)
      .max(128)
      .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/)
      .describe('Name of the container'),
    port: PortNumber.describe('Port inside the container'),
    isTls: z.boolean().default(false),
  }),
  z.object({
    kind: z.literal('addresses'),
    upstreams: z
      .array(z.object({ host: HostText, port: PortNumber }))
      .min(1)
      .max(32),
    balance: z.enum(['round_robin', 'least_conn', 'first', 'ip_hash', 'random']).default('round_robin'),
    isTls: z.boolean().default(false).describe('Whether the proxy speaks TLS to them'),
    isUnverified: z.boolean().default(false).describe('Whether their certificates may be anybody’s'),
  }),
  z.object({
    kind: z.literal('redirect'),
    to: z.url({ protocol: /^https?$/ }).max(2048),
    keepsPath: z.boolean().default(true),
    status: z.union([z.literal(301), z.literal(302), z.literal(307), z.literal(308)]).default(301),
  }),
]);
export type DomainTarget = z.infer<typeof DomainTarget>;

const HeaderChange = z.object({
  name: HeaderName,
  value: oneLine(4096).nullable().describe('Null takes the header away'),
});

/** What is done with requests and answers on the way. */
export const DomainOptions = z.object({
  compresses: z.boolean().default(false),
  streams: z.boolean().default(false).describe('Pass answers on as they come'),
  requestHeaders: z.array(HeaderChange).max(50).default([]),
  responseHeaders: z.array(HeaderChange).max(50).default([]),
  redirects: z
    .array(
      z.object({
        from: oneLine(1024).regex(/^\//, 'A path begins with /.'),
        to: oneLine(2048).min(1),
        status: z.union([z.literal(301), z.literal(302), z.literal(307), z.literal(308)]).default(302),
      }),
    )
    .max(100)
    .default([]),
  maxBodyBytes: z
    .number()
    .int()
    .min(1)
    .max(2 ** 50)
    .nullable()
    .default(null),
  readTimeoutSeconds: z.number().int().min(1).max(86_400).nullable().default(null),
  writeTimeoutSeconds: z.number().int().min(1).max(86_400).nullable().default(null),
  retrySeconds: z.number().int().min(0).max(120).default(5),
  healthPath: oneLine(1024).regex(/^\//, 'A path begins with /.').nullable().default(null),
  snippet: withoutNul(20_000)
    .nullable()
    .default(null)
    .describe('Directives as a Caddyfile has them inside a site'),
});
export type DomainOptions = z.infer<typeof DomainOptions>;

/** Who keeps the records of a domain. */
export const DomainDns = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('provider'), providerId: Id, zone: DomainName }),
  z
    .object({ kind: z.literal('elsewhere') })
    .describe('A person enters them; they are watched until they appear'),
]);
export type DomainDns = z.infer<typeof DomainDns>;

const Note = withoutNul(2000).default('').describe('What people want to remember about it');

const fields = {
  name: DomainName,
  target: DomainTarget,
  options: DomainOptions.prefault({}),
  dns: DomainDns,
  note: Note,
  followsAddress: z.boolean().default(true).describe('Whether its records follow the public address'),
};

/** A name and what it leads to. */
export const Domain = z.object({
  id: Id,
  hostId: z.string(),
  ...fields,
  accounts: z.array(z.string()).describe('Who gets in by a password; with none everybody does'),
  status: DomainStatus,
  problem: z.string().nullable().describe('Why the last run failed'),
  runId: Id.nullable().describe('The last run'),
  isServed: z.boolean().describe('Whether the proxy has its route'),
  certificate: z
    .object({ issuer: z.string(), notBefore: Instant, notAfter: Instant })
    .nullable()
    .describe('The certificate that was last seen'),
  health: z
    .object({ at: Instant, state: HealthState })
    .nullable()
    .describe('What the last check of the last 24 hours found'),
  version: z.number().int(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Domain = z.infer<typeof Domain>;

/** Something that happened to a domain; outlives it. */
export const DomainEvent = z.object({
  id: Id,
  domainId: Id,
  name: z.string(),
  at: Instant,
  kind: z.enum(['created', 'changed', 'provisioned', 'renewed', 'removed', 'health', 'address']),
  summary: z.string(),
  actor: z.string(),
  runId: Id.nullable(),
});
export type DomainEvent = z.infer<typeof DomainEvent>;

const DomainTask = z.object({
  id: Id,
  kind: z.string(),
  title: z.string(),
  state: z.enum([
    'queued',
    'running',
    'cancelling',
    'undoing',
    'succeeded',
    'failed',
    'cancelled',
    'unknown',
  ]),
  createdAt: Instant,
  finishedAt: Instant.nullable(),
  steps: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      state: StepState,
      error: z.string().nullable(),
      errorCode: z.string().nullable().describe('What kind of error it was, such as `RECORD_TAKEN`'),
      startedAt: Instant.nullable(),
      finishedAt: Instant.nullable(),
      undo: z.string().describe('How it is taken back'),
      evidence: z.array(z.string()).describe('What the step saw'),
    }),
  ),
});
export type DomainTask = z.infer<typeof DomainTask>;

const started = z.object({ runId: Id });
const params = z.object({ id: Id });

export const domains = defineContract({
  id: 'domains',
  permissions: {
    'domains:read': { role: 'viewer', summary: 'See domains, their certificates and health' },
    'domains:write': { role: 'operator', summary: 'Add, change, provision and remove domains' },
  },
  actions: {
    create: { permission: 'domains:write', undo: 'Remove the domain' },
    update: { permission: 'domains:write', undo: 'Change it back' },
    remove: { permission: 'domains:write', undo: null },
    provision: { permission: 'domains:write', undo: 'A failed run takes back what it did' },
    renew: { permission: 'domains:write', undo: null },
    verify: { permission: 'domains:write', undo: null },
    check: { permission: 'domains:write', undo: null },
    follow: { permission: 'domains:write', undo: null },
  },
  events: {
    changed: { access: 'domains:read', data: z.object({ id: Id }) },
  },
  endpoints: {
    list: call({
      method: 'GET',
      path: '/domains',
      summary: 'Domains by name',
      access: 'domains:read',
      query: PageQuery.extend({ search: text(253).optional(), status: DomainStatus.optional() }),
      output: pageOf(Domain),
    }),
    create: call({
      method: 'POST',
      path: '/domains',
      summary: 'Keep a domain; nothing is done yet',
      access: 'domains:write',
      limit: '60/1m',
      status: 201,
      body: z.object({ ...fields, passwords: Passwords.default({}) }),
      output: Domain,
      errors: { NAME_TAKEN: 409, PROVIDER_UNKNOWN: 422 },
    }),
    checkSnippet: call({
      method: 'POST',
      path: '/domains/check-snippet',
      summary: 'Ask the reverse proxy whether it would take a snippet; changes nothing',
      access: 'domains:write',
      limit: '120/1m',
      body: z.object({ snippet: z.string().max(20_000) }),
      output: z.object({ problem: z.string().nullable().describe('Null when it is accepted') }),
    }),
    get: call({
      method: 'GET',
      path: '/domains/:id',
      summary: 'One domain',
      access: 'domains:read',
      params,
      output: Domain,
    }),
    update: call({
      method: 'PATCH',
      path: '/domains/:id',
      summary: 'Change what a domain leads to; its next run makes it so',
      access: 'domains:write',
      limit: '60/1m',
      params,
      body: z.object({
        version: z.number().int().describe('The version that was seen'),
        target: DomainTarget.optional(),
        options: DomainOptions.optional(),
        dns: DomainDns.optional(),
        note: Note.optional(),
        followsAddress: z.boolean().optional(),
        passwords: Passwords.optional(),
      }),
      output: Domain,
      errors: { CHANGED_MEANWHILE: 409, RECORDS_THERE: 409, PROVIDER_UNKNOWN: 422 },
    }),
    remove: call({
      method: 'DELETE',
      path: '/domains/:id',
      summary: 'Take down route and records and forget the domain, as a run',
      access: 'domains:write',
      limit: '30/1m',
      params,
      query: z.object({ name: z.string().max(253).describe('The name of the domain, typed') }),
      status: 202,
      output: started,
      errors: { NAME_DIFFERS: 422, TARGET_BUSY: 409 },
    }),
    provision: call({
      method: 'POST',
      path: '/domains/:id/provision',
      summary: 'Bring a domain to working HTTPS in eight steps, as a run',
      access: 'domains:write',
      limit: '30/1m',
      params,
      body: z.object({
        replacesRecords: z.boolean().default(false).describe('Replace records that somebody else put there'),
      }),
      status: 202,
      output: started,
      errors: { TARGET_BUSY: 409 },
    }),
    health: call({
      method: 'GET',
      path: '/domains/:id/health',
      summary: 'The checks of the last 24 hours, newest first',
      access: 'domains:read',
      params,
      output: z.object({ checks: z.array(HealthCheck) }),
    }),
    check: call({
      method: 'POST',
      path: '/domains/:id/health',
      summary: 'Look at a domain now, layer by layer',
      access: 'domains:write',
      limit: '60/1m',
      params,
      output: HealthCheck,
    }),
    renew: call({
      method: 'POST',
      path: '/domains/:id/ssl/renew',
      summary: 'Renew the certificate now, as a run; the old one is served until the new one is there',
      access: 'domains:write',
      limit: '10/1m',
      params,
      status: 202,
      output: started,
      errors: { NOT_ACTIVE: 409, TARGET_BUSY: 409 },
    }),
    events: call({
      method: 'GET',
      path: '/domains/:id/events',
      summary: 'What happened to a domain, newest first; also of one that is gone',
      access: 'domains:read',
      params,
      query: PageQuery,
      output: pageOf(DomainEvent),
    }),
    tasks: call({
      method: 'GET',
      path: '/domains/:id/tasks',
      summary: 'Runs of a domain with what each step saw, newest first',
      access: 'domains:read',
      params,
      query: PageQuery,
      output: pageOf(DomainTask),
    }),
    verifyDns: call({
      method: 'POST',
      path: '/domains/:id/dns/verify',
      summary: 'Ask every name server of the zone and the resolvers what they show now',
      access: 'domains:write',
      limit: '30/1m',
      params,
      output: z.object({
        zone: z.string(),
        wanted: z.array(z.object({ type: z.enum(['A', 'AAAA']), values: z.array(z.string()) })),
        isEverywhere: z.boolean(),
        worstWaitSeconds: z.number(),
        views: z.array(
          z.object({
            server: z.string(),
            role: z.enum(['authoritative', 'resolver']),
            type: z.enum(['A', 'AAAA']),
            state: z.enum(['as-wanted', 'other', 'absent', 'silent', 'failed']),
            values: z.array(z.string()),
            holdsFor: z.number().nullable().describe('Seconds for which it goes on with what it shows'),
          }),
        ),
      }),
      errors: { NO_ADDRESS: 409 },
    }),
  },
});
