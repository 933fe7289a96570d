import { isIP } from 'node:net';
import { setting } from '@nebula/config';
import { z } from 'zod';

/** Texts with commas between them; each must be as `isGood` says. */
function list(isGood: (part: string) => boolean, what: string) {
  return z
    .string()
    .default('')
    .transform((text, context) => {
      const parts = text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '');
      for (const part of parts) if (!isGood(part)) context.addIssue(`${part} is not ${what}`);
      return parts;
    });
}

const group = { group: 'Domains' };

/** What can be set for domains: authorities, name servers, the public address. */
export const domainSettings = {
  caddyAdmin: setting(
    'NEBULA_CADDY_ADMIN',
    z.string().default(''),
    'Unix socket of Caddy’s admin API, /run/caddy/admin.sock when empty; read by the broker',
    group,
  ),
  acmeDirectories: setting(
    'NEBULA_ACME_DIRECTORIES',
    list((part) => URL.parse(part)?.protocol === 'https:', 'an https address'),
    'ACME directories of the authorities that certificates come from, in order; those of the reverse proxy when empty',
    group,
  ),
  acmeEmail: setting(
    'NEBULA_ACME_EMAIL',
    z.email().optional(),
    'Address that authorities write to about certificates',
    group,
  ),
  acmeRootFile: setting(
    'NEBULA_ACME_ROOT',
    z.string().startsWith('/').optional(),
    'File with the root of a private authority’s own HTTPS, where the reverse proxy can read it',
    group,
  ),
  trustedRoots: setting(
    'NEBULA_TRUSTED_ROOTS',
    z.string().startsWith('/').optional(),
    'PEM file of authorities that are trusted besides the usual ones when certificates are checked',
    group,
  ),
  certificateWaitSeconds: setting(
    'NEBULA_CERTIFICATE_WAIT_SECONDS',
    z.coerce.number().min(1).max(3600).default(300),
    'Seconds that a run waits for a certificate before it takes back what it did',
    group,
  ),
  publicAddresses: setting(
    'NEBULA_PUBLIC_ADDRESSES',
    list((part) => isIP(part) !== 0, 'an address'),
    'Addresses that names lead to, instead of those at which the internet sees this machine',
    group,
  ),
};
