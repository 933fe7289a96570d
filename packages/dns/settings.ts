import { z } from 'zod';
import { InvalidRecord } from './record/invalid.ts';
import { canonicalName } from './record/name.ts';

/** A name in any spelling, made canonical. */
export const DnsName = z
  .string()
  .max(300)
  .transform((text, context) => {
    try {
      return canonicalName(text);
    } catch (error) {
      if (!(error instanceof InvalidRecord)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });

const url = z
  .url({ protocol: /^https?$/, message: 'An address such as https://dns.example.com.' })
  .max(500)
  .refine((text) => {
    const parsed = URL.parse(text);
    return (
      parsed !== null &&
      parsed.username === '' &&
      parsed.password === '' &&
      parsed.search === '' &&
      parsed.hash === ''
    );
  }, 'An address without a user name, question mark or hash.');
const host = z
  .string()
  .max(300)
  .regex(
    /^[a-zA-Z0-9.:[\]_-]+$/,
    'A name or address, with a port where it is not 53, such as ns1.example.com:5353.',
  );
const zones = z.array(DnsName).min(1).max(200);

/** How each kind of provider is reached; secrets are kept elsewhere ({@link secretNames}). */
export const ProviderSettings = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('powerdns'),
    url: url.describe("Address of the server's API, such as http://127.0.0.1:8081"),
    server: z
      .string()
      .max(100)
      .regex(/^[\w.-]+$/)
      .default('localhost'),
  }),
  z.object({ kind: z.literal('cloudflare'), url: url.default('https://api.cloudflare.com/client/v4') }),
  z.object({
    kind: z.literal('zoneedit'),
    username: z.string().min(1).max(200),
    panelUrl: url.default('https://cp.zoneedit.com'),
    dynamicUrl: url.default('https://dynamic.zoneedit.com'),
    nameServers: z
      .array(host)
      .max(6)
      .default([])
      .describe("Whom to ask without the panel; ZoneEdit's own when empty"),
  }),
  z.object({
    kind: z.literal('rfc2136'),
    server: host,
    zones,
    keyName: DnsName,
    algorithm: z.enum(['hmac-sha256', 'hmac-sha384', 'hmac-sha512', 'hmac-sha1']).default('hmac-sha256'),
    transfers: z.boolean().default(true).describe('Whether the server transfers its zones to this key'),
  }),
  z.object({ kind: z.literal('manual'), zones }),
]);
export type ProviderSettings = z.infer<typeof ProviderSettings>;

/** Kinds of providers. */
export type ProviderKind = ProviderSettings['kind'];

/** Secrets by name; see {@link secretNames}. */
export type ProviderSecrets = Readonly<Record<string, string>>;

/** Names of the secrets a kind takes, at least one where one is required; with `perZone` also `token:<zone>` for each zone. */
export const secretNames: Record<
  ProviderKind,
  { names: readonly string[]; perZone: boolean; isRequired: boolean }
> = {
  powerdns: { names: ['apiKey'], perZone: false, isRequired: true },
  cloudflare: { names: ['token'], perZone: false, isRequired: true },
  zoneedit: { names: ['password'], perZone: true, isRequired: true },
  rfc2136: { names: ['secret'], perZone: false, isRequired: true },
  manual: { names: [], perZone: false, isRequired: false },
};

/** What is wrong with the secrets for a kind; null when nothing is. */
export function secretsProblem(kind: ProviderKind, secrets: ProviderSecrets): string | null {
  const { names, perZone, isRequired } = secretNames[kind];
  for (const [name, value] of Object.entries(secrets)) {
    const isZoneToken = perZone && name.startsWith('token:') && name.length > 6;
    if (!names.includes(name) && !isZoneToken)
      return `A provider of this kind has no secret called ${name.slice(0, 40)}.`;
    if (value === '' || value.length > 4096) return 'A secret has 1 to 4096 characters.';
    if (kind === 'rfc2136' && !/^[A-Za-z0-9+/]+={0,2}$/.test(value))
      return 'The secret of a TSIG key is written in base64.';
    if (/[\p{Cc}]/u.test(value)) return 'A secret is one line of text.';
  }
  if (isRequired && Object.keys(secrets).length === 0)
    return perZone ? 'A password, or the token of a zone, is needed.' : 'The secret is needed.';
  return null;
}
