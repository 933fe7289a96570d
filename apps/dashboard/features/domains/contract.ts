import { call, defineContract, Id, Instant, PageQuery, pageOf, text } from '@nebula/contract';
import { z } from 'zod';
import { StepState } from '../jobs/contract.ts';
import { Passwords } from './contract-accounts.ts';
import { DomainDns, domainFields, DomainOptions, DomainTarget, Note } from './contract-fields.ts';
import { HealthCheck, HealthState } from './contract-health.ts';
import { exportDomains, importDomains } from './contract-transfer.ts';

export { DomainDns, DomainOptions, DomainTarget } from './contract-fields.ts';
export { HealthCheck, HealthLayer, HealthState } from './contract-health.ts';

/**
 * `new`: kept, nothing done yet. `provisioning` and `removing`: a run is at it. `active`: everything was proven. `failed`: the
 * last run stopped, and says where.
 */
export const DomainStatus = z.enum(['new', 'provisioning', 'active', 'failed', 'removing']);
export type DomainStatus = z.infer<typeof DomainStatus>;

/** A name and what it leads to. */
export const Domain = z.object({
  id: Id,
  hostId: z.string(),
  ...domainFields,
  accounts: z.array(z.string()).describe('Who gets in by a password; with none everybody does'),
  status: DomainStatus,
  problem: z.string().nullable().describe('Why the last run failed'),
  runId: Id.nullable().describe('The last run'),
  isServed: z.boolean().describe('Whether the proxy has its route'),
  unserved: z
    .string()
    .nullable()
    .describe('Why the proxy does not serve it as wanted, as its last load since the start found'),
  isChanged: z.boolean().describe('Whether it was changed since its last run; the next one makes it so'),
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
    import: { permission: 'domains:write', undo: 'Import an export from before with overwrite' },
  },
  events: {
    changed: { access: 'domains:read', data: z.object({ id: Id }) },
    imported: { access: 'domains:read', data: z.object({ created: z.number(), changed: z.number() }) },
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
      body: z.object({ ...domainFields, passwords: Passwords.default({}) }),
      output: Domain,
      errors: { NAME_TAKEN: 409, PROVIDER_UNKNOWN: 422 },
    }),
    export: exportDomains,
    import: importDomains,
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
      limit: '120/1m',
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
      errors: { NOT_ACTIVE: 409, NOT_TO_RENEW: 409, TARGET_BUSY: 409 },
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
