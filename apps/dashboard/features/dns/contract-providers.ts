import { Id, Instant, Moment, text } from '@nebula/contract';
import { z } from 'zod';

/** Types of records that are handled; SOA is read only. */
export const RecordType = z.enum(['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'SRV', 'CAA', 'NS', 'PTR', 'SOA']);
export type RecordType = z.infer<typeof RecordType>;

const Layer = z.enum(['name', 'connect', 'tls', 'answer', 'sign-in', 'right', 'zone']);

/** What an account can do. */
export const Capabilities = z.object({
  types: z.array(RecordType),
  lists: z.boolean(),
  minimumTtl: z.number(),
  maximumTtl: z.number(),
  hasWildcards: z.boolean(),
  writes: z.enum(['rrset', 'record', 'type', 'hand']),
  comparesAndSets: z.boolean(),
  propagationSeconds: z.number(),
  limits: z.array(z.string()),
});
export type Capabilities = z.infer<typeof Capabilities>;

/** What a test of the connection found. */
export const CheckReport = z.object({
  at: Instant,
  isOk: z.boolean(),
  failed: Layer.nullable().describe('The layer that failed'),
  detail: z.string(),
  layers: z.array(z.object({ layer: Layer, state: z.enum(['ok', 'failed', 'not-reached', 'not-used']) })),
  zones: z.array(z.string()),
  capabilities: Capabilities,
});
export type CheckReport = z.infer<typeof CheckReport>;

/** How a provider is reached, as it is told: names are canonical by then. */
const ShownSettings = z.union([
  z.object({ kind: z.literal('powerdns'), url: z.string(), server: z.string() }),
  z.object({ kind: z.literal('cloudflare'), url: z.string() }),
  z.object({
    ...{ kind: z.literal('zoneedit'), username: z.string(), panelUrl: z.string(), dynamicUrl: z.string() },
    nameServers: z.array(z.string()),
  }),
  z.object({
    ...{ kind: z.literal('rfc2136'), server: z.string(), zones: z.array(z.string()), keyName: z.string() },
    ...{
      algorithm: z.enum(['hmac-sha256', 'hmac-sha384', 'hmac-sha512', 'hmac-sha1']),
      transfers: z.boolean(),
    },
  }),
  z.object({ kind: z.literal('manual'), zones: z.array(z.string()) }),
]);
export type ShownSettings = z.infer<typeof ShownSettings>;

/** A provider; of its secrets only the names are told. */
export const Provider = z.object({
  id: Id,
  name: z.string(),
  settings: ShownSettings,
  secretNames: z.array(z.string()),
  lastCheck: CheckReport.nullable(),
  waits: z
    .array(z.object({ what: z.string(), until: Instant }))
    .describe('What the provider takes no further change of yet, and until when'),
  keeps: z
    .object({ names: z.array(z.string()).describe('The first of them'), count: z.number() })
    .describe('Names whose records domains and dynamic DNS keep there'),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Provider = z.infer<typeof Provider>;

const address = text(500).min(1);
const zones = z.array(text(300).min(1)).min(1).max(200);

/** How a provider is reached, as a person enters it. */
export const SettingsInput = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('powerdns'),
    url: address.describe("Address of the server's API, such as http://127.0.0.1:8081"),
    server: text(100).optional(),
  }),
  z.object({ kind: z.literal('cloudflare'), url: address.optional() }),
  z.object({
    ...{ kind: z.literal('zoneedit'), username: text(200).min(1) },
    ...{ panelUrl: address.optional(), dynamicUrl: address.optional() },
    nameServers: z
      .array(text(300))
      .max(6)
      .optional()
      .describe("Whom to ask without the panel; ZoneEdit's own when empty"),
  }),
  z.object({
    ...{ kind: z.literal('rfc2136'), server: text(300).min(1), zones, keyName: text(300).min(1) },
    algorithm: z.enum(['hmac-sha256', 'hmac-sha384', 'hmac-sha512', 'hmac-sha1']).optional(),
    transfers: z.boolean().optional().describe('Whether the server transfers its zones to this key'),
  }),
  z.object({ kind: z.literal('manual'), zones }),
]);
export type SettingsInput = z.infer<typeof SettingsInput>;

/** What a person enters. */
export const ProviderInput = z.object({
  name: text(100).min(1),
  settings: SettingsInput,
  secrets: z
    .record(z.string().max(300), z.string().max(4096))
    .default({})
    .describe('By name: apiKey, token, password, secret, or token:<zone>; an empty one is forgotten'),
  isTried: z.boolean().default(true).describe('Test the connection, and keep nothing when it fails'),
});

/** The same of one that is there. */
export const ProviderChange = ProviderInput.extend({
  updatedAt: Moment.describe('The `updatedAt` that was seen'),
});
