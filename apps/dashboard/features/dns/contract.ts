import { call, defineContract, Id, Instant, PageQuery, pageOf, text } from '@nebula/contract';
import { z } from 'zod';
import { CheckReport, Provider, ProviderChange, ProviderInput, RecordType } from './contract-providers.ts';

export {
  CheckReport,
  Provider,
  RecordType,
  type SettingsInput,
} from './contract-providers.ts';

/** A name, in any spelling; it comes back canonical. */
const name = text(300).min(1);

/** All records of one type at one name, and the version to be named by who changes them. */
export const RecordSet = z.object({
  name: z.string(),
  /** `@` for the zone itself. */
  shortName: z.string(),
  type: RecordType,
  ttl: z.number().int(),
  values: z.array(z.string()),
  version: z.string(),
  /** Whether it can be changed from here. */
  isWritable: z.boolean(),
});
export type RecordSet = z.infer<typeof RecordSet>;

/** A zone and who holds it. */
export const Zone = z.object({ providerId: Id, providerName: z.string(), zone: z.string() });
export type Zone = z.infer<typeof Zone>;

const Side = z.object({ ttl: z.number().int(), values: z.array(z.string()) }).nullable();

/** One change of records that was asked for here. */
export const RecordChange = z.object({
  id: Id,
  runId: Id,
  providerId: Id,
  providerName: z.string(),
  zone: z.string(),
  name: z.string(),
  type: z.string(),
  before: Side,
  after: Side,
  isMade: z.boolean().describe('False until the provider has taken it, and after it was taken back'),
  actorName: z.string(),
  createdAt: Instant,
});
export type RecordChange = z.infer<typeof RecordChange>;

/** What one name server shows. */
const ServerView = z.object({
  server: z.string(),
  role: z.enum(['authoritative', 'resolver']),
  state: z.enum(['as-wanted', 'other', 'absent', 'silent', 'failed']),
  values: z.array(z.string()),
  holdsFor: z.number().nullable().describe('Seconds for which it goes on with that'),
});

/** How far an rrset has come. */
export const Propagation = z.object({
  zone: z.string(),
  wanted: z.array(z.string()),
  views: z.array(ServerView),
  isEverywhere: z.boolean(),
  worstWaitSeconds: z.number(),
});
export type Propagation = z.infer<typeof Propagation>;

/** The address under which the internet sees us. */
export const PublicAddress = z.object({
  family: z.union([z.literal(4), z.literal(6)]),
  state: z.enum(['agreed', 'disagreed', 'unreachable', 'not-public']),
  address: z.string().nullable(),
  kind: z.enum(['public', 'carrier-grade-nat', 'private', 'this-machine', 'unusable']).nullable(),
  answers: z.array(
    z.object({ source: z.string(), address: z.string().nullable(), problem: z.string().nullable() }),
  ),
});
export type PublicAddress = z.infer<typeof PublicAddress>;

const providerParams = z.object({ id: Id });
const zoneParams = z.object({ id: Id, zone: name });
const key = { name, type: RecordType };
const expected = z.string().max(60).describe('The version that was seen; `absent` where there was none');
const started = z.object({ runId: Id, changeId: Id });
const written = {
  access: 'dns:write',
  limit: '120/1m',
  status: 202,
  output: started,
  errors: { TARGET_BUSY: 409, DNS_CONFLICT: 409, NAME_DIFFERS: 409, NOTHING_TO_UNDO: 409 },
} as const;

export const dns = defineContract({
  id: 'dns',
  permissions: {
    'dns:read': { role: 'viewer', summary: 'See providers, zones and records' },
    'dns:write': { role: 'operator', summary: 'Change DNS records and test connections' },
    'dns:providers': { role: 'admin', summary: 'Add, change and remove DNS providers' },
  },
  actions: {
    'add-provider': { permission: 'dns:providers', undo: 'Remove the provider', stepUp: true },
    'change-provider': { permission: 'dns:providers', undo: 'Change it back', stepUp: true },
    'remove-provider': { permission: 'dns:providers', undo: 'Add it again with its secrets', stepUp: true },
    'check-provider': { permission: 'dns:write', undo: null },
    'write-records': { permission: 'dns:write', undo: 'Undo the change, which puts the records before back' },
    'remove-records': {
      permission: 'dns:write',
      undo: 'Undo the change, which puts the records before back',
    },
  },
  events: {
    'providers-changed': { access: 'dns:read', data: z.object({ id: Id }) },
    'records-changed': { access: 'dns:read', data: z.object({ providerId: Id, zone: z.string() }) },
  },
  endpoints: {
    providers: call({
      method: 'GET',
      path: '/dns/providers',
      summary: 'Providers by name, with what their last test found; secrets are never told',
      access: 'dns:read',
      query: PageQuery,
      output: pageOf(Provider),
    }),
    addProvider: call({
      method: 'POST',
      path: '/dns/providers',
      summary: 'Add a provider; its connection is tested first',
      access: 'dns:providers',
      limit: '20/1m',
      status: 201,
      body: ProviderInput,
      output: Provider,
      errors: { NAME_TAKEN: 409, CHECK_FAILED: 422 },
    }),
    changeProvider: call({
      method: 'PUT',
      path: '/dns/providers/:id',
      summary: 'Change a provider; secrets that are left out stay',
      access: 'dns:providers',
      limit: '20/1m',
      params: providerParams,
      body: ProviderChange,
      output: Provider,
      errors: { CHANGED_MEANWHILE: 409, NAME_TAKEN: 409, CHECK_FAILED: 422 },
    }),
    removeProvider: call({
      method: 'DELETE',
      path: '/dns/providers/:id',
      summary: 'Forget a provider and its secrets; its records stay as they are',
      access: 'dns:providers',
      params: providerParams,
      query: z.object({ typedName: text(100).describe('The name of the provider, repeated') }),
      status: 204,
      errors: { NAME_DIFFERS: 409 },
    }),
    checkProvider: call({
      method: 'POST',
      path: '/dns/providers/:id/check',
      summary: 'Test the connection: name, connection, encryption, answer, sign-in, right, zone',
      access: 'dns:write',
      limit: '30/1m',
      params: providerParams,
      output: CheckReport,
    }),
    zones: call({
      method: 'GET',
      path: '/dns/zones',
      summary: 'Zones of all providers, as their last test found them',
      access: 'dns:read',
      query: PageQuery.extend({ search: text(100).optional().describe('Part of the name') }),
      output: pageOf(Zone),
    }),
    records: call({
      method: 'GET',
      path: '/dns/providers/:id/zones/:zone/records',
      summary: 'Records of a zone as they stand at the provider now',
      access: 'dns:read',
      limit: '120/1m',
      params: zoneParams,
      query: PageQuery.extend({
        type: RecordType.optional(),
        search: text(100).optional().describe('Part of a name or value'),
      }),
      output: pageOf(RecordSet).extend({
        total: z.number().int().describe('Record sets that match'),
        others: z
          .array(z.object({ name: z.string(), type: z.string(), count: z.number() }))
          .describe('Records that are there and not handled; they are left alone'),
      }),
      errors: { UNLISTED: 409 },
    }),
    record: call({
      method: 'GET',
      path: '/dns/providers/:id/zones/:zone/record',
      summary: 'The records of one name and type; none has the version `absent`',
      access: 'dns:read',
      limit: '120/1m',
      params: zoneParams,
      query: z.object(key),
      output: z.object({ record: RecordSet.nullable(), version: z.string() }),
    }),
    write: call({
      ...written,
      method: 'PUT',
      path: '/dns/providers/:id/zones/:zone/records',
      summary: 'Make or replace the records of one name and type; a run tells how it goes',
      params: zoneParams,
      body: z.object({
        ...key,
        ttl: z.number().int().min(1).max(2_147_483_647).default(300).describe('Seconds'),
        values: z.array(z.string().max(70_000)).min(1).max(200),
        expected,
      }),
    }),
    remove: call({
      ...written,
      method: 'POST',
      path: '/dns/providers/:id/zones/:zone/records/remove',
      summary: 'Remove the records of one name and type, whose name is repeated; a run tells how it goes',
      params: zoneParams,
      body: z.object({ ...key, expected, typedName: text(300).describe('The name, repeated') }),
    }),
    changes: call({
      method: 'GET',
      path: '/dns/changes',
      summary: 'Changes of records that were asked for here, newest first',
      access: 'dns:read',
      query: PageQuery.extend({ providerId: Id.optional(), zone: text(300).optional() }),
      output: pageOf(RecordChange),
    }),
    undo: call({
      ...written,
      method: 'POST',
      path: '/dns/changes/:id/undo',
      summary: 'Put back what was there before a change; refused when somebody changed it since',
      params: z.object({ id: Id }),
    }),
    propagation: call({
      method: 'GET',
      path: '/dns/providers/:id/zones/:zone/propagation',
      summary: 'What every name server of the zone, and each resolver, shows of one name and type',
      access: 'dns:read',
      limit: '30/1m',
      params: zoneParams,
      query: z.object(key),
      output: Propagation,
    }),
    publicAddress: call({
      method: 'GET',
      path: '/dns/public-address',
      summary: 'The address under which the internet sees this machine, by agreement of several sources',
      access: 'dns:read',
      limit: '6/1m',
      output: z.object({ addresses: z.array(PublicAddress) }),
    }),
  },
});
