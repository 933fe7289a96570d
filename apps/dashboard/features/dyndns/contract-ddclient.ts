import { Id, text } from '@nebula/contract';
import { z } from 'zod';

/** Hosts that ddclient keeps up to date with one set of options. */
export const DdclientEntry = z.object({
  index: z.number().int(),
  protocol: z.string(),
  server: z.string().nullable(),
  login: z.string().nullable(),
  hasPassword: z.boolean(),
  names: z.array(z.string()),
  kind: z
    .enum(['zoneedit', 'cloudflare'])
    .nullable()
    .describe('The kind of provider it becomes; null when it cannot be'),
  obstacle: z
    .enum(['protocol', 'no-password', 'no-login', 'global-key', 'no-zone', 'no-names'])
    .nullable()
    .describe('Why it cannot be taken over as it stands'),
  zone: z.string().nullable(),
  providerId: Id.nullable().describe('A provider here that holds the zone already'),
  providerName: z.string().nullable(),
  led: z.array(z.string()).describe('Names of it that follow from here already'),
});
export type DdclientEntry = z.infer<typeof DdclientEntry>;

/** What stands in the configuration of ddclient; passwords are never told. */
export const DdclientReport = z.object({
  state: z.enum(['absent', 'found', 'unreadable']),
  path: z.string().nullable(),
  why: z.string().nullable().describe('Why it cannot be read'),
  fingerprint: z.string().nullable(),
  unit: z
    .object({ name: z.string(), active: z.string(), canStop: z.boolean() })
    .nullable()
    .describe('Its unit of systemd; null where there is none'),
  usesAddressOf: z
    .array(z.string())
    .describe('Where it takes the address from, as it is written: use=web, usev4=…'),
  entries: z.array(DdclientEntry),
  remarks: z.array(z.object({ line: z.number().int(), problem: z.enum(['not-understood', 'no-such-file']) })),
});
export type DdclientReport = z.infer<typeof DdclientReport>;

/** What is taken over. */
export const TakeOver = z.object({
  index: z.number().int().min(0).max(200),
  fingerprint: text(100).describe('Of the configuration that was seen'),
  providerId: Id.nullable().default(null).describe('Keep the records there; null adds a provider'),
  providerName: text(100).min(1).default('From ddclient').describe('What the new provider is called'),
});
export type TakeOver = z.infer<typeof TakeOver>;
