import { isIP } from 'node:net';
import { secretSetting, setting } from '@nebula/config';
import { z } from 'zod';
import { settingDocs as docs } from './features/settings/contract-docs.ts';

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
  caddyAdmin: setting('NEBULA_CADDY_ADMIN', z.string().default(''), docs.NEBULA_CADDY_ADMIN, group),
  acmeDirectories: setting(
    'NEBULA_ACME_DIRECTORIES',
    list((part) => URL.parse(part)?.protocol === 'https:', 'an https address'),
    docs.NEBULA_ACME_DIRECTORIES,
    group,
  ),
  acmeEmail: setting('NEBULA_ACME_EMAIL', z.email().optional(), docs.NEBULA_ACME_EMAIL, group),
  acmeRootFile: setting(
    'NEBULA_ACME_ROOT',
    z.string().startsWith('/').optional(),
    docs.NEBULA_ACME_ROOT,
    group,
  ),
  acmeStaging: setting(
    'NEBULA_ACME_STAGING',
    z.url({ protocol: /^https$/ }).optional(),
    docs.NEBULA_ACME_STAGING,
    group,
  ),
  acmeExternalAccounts: secretSetting(
    'NEBULA_ACME_EXTERNAL_ACCOUNTS',
    docs.NEBULA_ACME_EXTERNAL_ACCOUNTS,
    group,
  ),
  trustedRoots: setting(
    'NEBULA_TRUSTED_ROOTS',
    z.string().startsWith('/').optional(),
    docs.NEBULA_TRUSTED_ROOTS,
    group,
  ),
  certificateWaitSeconds: setting(
    'NEBULA_CERTIFICATE_WAIT_SECONDS',
    z.coerce.number().min(1).max(3600).default(300),
    docs.NEBULA_CERTIFICATE_WAIT_SECONDS,
    group,
  ),
  publicAddresses: setting(
    'NEBULA_PUBLIC_ADDRESSES',
    list((part) => isIP(part) !== 0, 'an address'),
    docs.NEBULA_PUBLIC_ADDRESSES,
    group,
  ),
};
