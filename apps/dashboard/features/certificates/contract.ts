import { call, defineContract, Id, Instant, PageQuery, pageOf, text } from '@nebula/contract';
import { z } from 'zod';

/**
 * How a certificate does, by the share of its life that is over: `due` from two thirds, `late` from 80 %, `critical` from 90 %.
 * `missing` when visitors meet none that they trust.
 */
export const CertificateState = z.enum(['fresh', 'due', 'late', 'critical', 'expired', 'missing', 'unknown']);
export type CertificateState = z.infer<typeof CertificateState>;

/** Who renews it: the reverse proxy, NebulaCommand, or the person who brought it. */
export const CertificateKeeper = z.enum(['proxy', 'nebula', 'own']);
export type CertificateKeeper = z.infer<typeof CertificateKeeper>;

/** What a certificate says. */
export const SeenCertificate = z.object({
  issuer: z.string(),
  names: z.array(z.string()),
  serial: z.string(),
  fingerprint: z.string().describe('SHA-256'),
  notBefore: Instant,
  notAfter: Instant,
  chain: z.array(z.object({ subject: z.string(), issuer: z.string(), notAfter: Instant })),
  keeper: CertificateKeeper,
  firstSeenAt: Instant,
  lastSeenAt: Instant,
});
export type SeenCertificate = z.infer<typeof SeenCertificate>;

/** The certificate that a domain shows, and what becomes of it. */
export const Certificate = z.object({
  id: Id.describe('Of its domain'),
  name: z.string(),
  keeper: CertificateKeeper,
  state: CertificateState,
  share: z.number().describe('How much of its life is over, 0 to 1 and more'),
  certificate: SeenCertificate.nullable(),
  distrust: z.string().nullable().describe('Why browsers do not trust it; null when they do'),
  window: z
    .object({ start: Instant, end: Instant })
    .nullable()
    .describe('When its authority wants it to be renewed'),
  renewsAt: Instant.nullable().describe('When it is renewed next; null when it cannot be from here'),
  takesOverAt: Instant.nullable().describe('When NebulaCommand takes over if the proxy does not renew it'),
  failures: z.number().int().describe('Tries that failed since the last success'),
  problem: z.string().nullable().describe('Why the last try failed'),
  nextTryAt: Instant.nullable(),
  seenAt: Instant.nullable(),
});
export type Certificate = z.infer<typeof Certificate>;

/** An order at an authority. */
export const CertificateOrder = z.object({
  id: Id,
  directory: z.string(),
  method: z.enum(['dns-01', 'http-01']),
  isRehearsal: z.boolean(),
  state: z.enum(['planned', 'open', 'issued', 'failed', 'dropped']),
  problem: z.string().nullable(),
  createdAt: Instant,
});
export type CertificateOrder = z.infer<typeof CertificateOrder>;

/** An authority that certificates are ordered from. */
export const Authority = z.object({
  directory: z.string(),
  hasAccount: z.boolean(),
  failures: z.number().int(),
  problem: z.string().nullable(),
  retryAt: Instant.nullable().describe('It is not asked before'),
  failedAt: Instant.nullable(),
  succeededAt: Instant.nullable(),
});
export type Authority = z.infer<typeof Authority>;

/** Why a certificate that was brought is not taken. */
export const OwnProblem = z.enum([
  'chain-unreadable',
  'key-unreadable',
  'key-encrypted',
  'key-differs',
  'key-weak',
  'signature-weak',
  'name-missing',
  'chain-order',
  'not-yet-valid',
  'expired',
  'is-authority',
]);
export type OwnProblem = z.infer<typeof OwnProblem>;

const started = z.object({ runId: Id });
const params = z.object({ id: Id.describe('Of the domain') });
const Pem = z
  .string()
  .min(1)
  .max(100_000)
  .regex(/^[\t\n\r -~]*$/, 'This is not PEM.');

export const certificates = defineContract({
  id: 'certificates',
  permissions: {
    'certificates:read': { role: 'viewer', summary: 'See certificates, their history and authorities' },
    'certificates:write': { role: 'operator', summary: 'Renew, take over, hand back and bring certificates' },
  },
  actions: {
    renew: { permission: 'certificates:write', undo: null },
    'take-over': { permission: 'certificates:write', undo: 'Hand it back to the reverse proxy' },
    'hand-back': { permission: 'certificates:write', undo: 'Take it over again' },
    bring: { permission: 'certificates:write', undo: 'Hand it back to the reverse proxy' },
    look: { permission: 'certificates:write', undo: null },
  },
  events: {
    changed: { access: 'certificates:read', data: z.object({ id: Id }) },
  },
  endpoints: {
    list: call({
      method: 'GET',
      path: '/certificates',
      summary: 'Certificates that domains show, by name',
      access: 'certificates:read',
      query: PageQuery.extend({ search: text(253).optional() }),
      output: pageOf(Certificate),
    }),
    authorities: call({
      method: 'GET',
      path: '/certificate-authorities',
      summary: 'Authorities that certificates are ordered from, in the order in which they are asked',
      access: 'certificates:read',
      output: z.object({
        items: z.array(Authority),
        isAlone: z.boolean().describe('Whether a second one should be there to ask, and is not'),
      }),
    }),
    get: call({
      method: 'GET',
      path: '/certificates/:id',
      summary: 'The certificate of a domain with its history and its orders',
      access: 'certificates:read',
      params,
      output: Certificate.extend({
        history: z.array(SeenCertificate).describe('The newest first'),
        orders: z.array(CertificateOrder).describe('The newest first'),
      }),
    }),
    look: call({
      method: 'POST',
      path: '/certificates/:id/look',
      summary: 'See what the domain shows now',
      access: 'certificates:write',
      limit: '60/1m',
      params,
      output: Certificate,
    }),
    renew: call({
      method: 'POST',
      path: '/certificates/:id/renew',
      summary: 'Renew it now, as a run; the old one is served until the new one is there',
      access: 'certificates:write',
      limit: '10/1m',
      params,
      status: 202,
      output: started,
      errors: { OWN_CERTIFICATE: 409, TARGET_BUSY: 409 },
    }),
    takeOver: call({
      method: 'POST',
      path: '/certificates/:id/take-over',
      summary: 'Order a certificate from here instead of leaving it to the reverse proxy, as a run',
      access: 'certificates:write',
      limit: '10/1m',
      params,
      status: 202,
      output: started,
      errors: { TARGET_BUSY: 409 },
    }),
    handBack: call({
      method: 'POST',
      path: '/certificates/:id/hand-back',
      summary: 'Leave it to the reverse proxy again, as a run',
      access: 'certificates:write',
      limit: '10/1m',
      params,
      status: 202,
      output: started,
      errors: { NOT_OURS: 409, WILDCARD: 409, TARGET_BUSY: 409 },
    }),
    bring: call({
      method: 'POST',
      path: '/certificates/bring',
      summary: 'Serve domains with a certificate that you bring; its key is never told again',
      access: 'certificates:write',
      limit: '30/1m',
      body: z.object({
        ids: z.array(Id).min(1).max(50).describe('Of the domains'),
        chain: Pem.describe('Certificate and those after it, in PEM').meta({ 'x-file': true }),
        privateKey: Pem.describe('Private key in PEM, without a password'),
      }),
      status: 202,
      output: z.object({
        certificate: SeenCertificate.omit({ firstSeenAt: true, lastSeenAt: true }),
        runIds: z.array(Id),
      }),
      errors: { NOT_TAKEN: 422, TARGET_BUSY: 409 },
    }),
  },
});
