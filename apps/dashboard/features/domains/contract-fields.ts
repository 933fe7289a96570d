import { Id } from '@nebula/contract';
import { z } from 'zod';

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
/** PostgreSQL keeps no NUL and no half of a surrogate pair in a text. */
const withoutNul = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\0]*$/, 'This has a character that no text may have.')
    .refine(isWhole, 'This has a character that no text may have.');
const oneLine = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\0\r\n]*$/, 'This must be one line.')
    .refine(isWhole, 'This has a character that no text may have.');

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
    to: z
      .url({ protocol: /^https?$/ })
      .max(2048)
      .regex(/^[^\0-\x20\x7f]*$/, 'An address has no spaces or control characters.')
      .refine(isWhole, 'This has a character that no text may have.'),
    keepsPath: z.boolean().default(true),
    status: z.union([z.literal(301), z.literal(302), z.literal(307), z.literal(308)]).default(301),
  }),
]);
export type DomainTarget = z.infer<typeof DomainTarget>;

const HeaderChange = z.object({
  name: HeaderName,
  value: oneLine(4096)
    // Some visitors' programs refuse the whole answer for one of these (RFC 9110, 5.5).
    .regex(/^[^\x01-\x08\x0b\x0c\x0e-\x1f\x7f]*$/, 'A header has no control characters.')
    .nullable()
    .describe('Null takes the header away'),
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

/** What people want to remember. A text that is left out is another thing than an empty one where a part is changed. */
export const Note = withoutNul(2000).describe('What people want to remember about it');

/** What a person sets of a domain. */
export const domainFields = {
  name: DomainName,
  target: DomainTarget,
  options: DomainOptions.prefault({}),
  dns: DomainDns,
  note: Note.default(''),
  followsAddress: z.boolean().default(true).describe('Whether its records follow the public address'),
};

function isWhole(text: string): boolean {
  return text.isWellFormed();
}
