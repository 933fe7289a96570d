import { Id, Instant, text } from '@nebula/contract';
import { recordTypes } from '@nebula/dns/record';
import { ProviderSettings } from '@nebula/dns/settings';
import { z } from 'zod';

const Layer = z.enum(['name', 'connect', 'tls', 'answer', 'sign-in', 'right', 'zone']);

/** What an account can do. */
export const Capabilities = z.object({
  types: z.array(z.enum(recordTypes)),
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
  createdAt: Instant,
  updatedAt: Instant,
});
export type Provider = z.infer<typeof Provider>;

/** What a person enters. */
export const ProviderInput = z.object({
  name: text(100).min(1),
  settings: ProviderSettings,
  secrets: z
    .record(z.string().max(300), z.string().max(4096))
    .default({})
    .describe('By name: apiKey, token, password, secret, or token:<zone>; an empty one is forgotten'),
  isTried: z.boolean().default(true).describe('Test the connection, and keep nothing when it fails'),
});
