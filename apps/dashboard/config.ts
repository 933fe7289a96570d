import { isIP } from 'node:net';
import { readSettings, secretSetting, setting } from '@nebula/config';
import { type Role, roles } from '@nebula/contract';
import { type AddressSource, defaultAddressSources, parseNameServer } from '@nebula/dns';
import { z } from 'zod';
import { domainSettings } from './config-domains.ts';
import { settingDocs as docs } from './features/settings/contract-docs.ts';

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim().toLowerCase())
      .filter((part) => part !== ''),
  );

/** Addresses and subnets; what is none would keep the server from starting, where nobody could put it right any more. */
const networks = list.superRefine((parts, context) => {
  for (const part of parts) {
    const [address = '', length, ...more] = part.split('/');
    const bits = isIP(address) === 4 ? 32 : 128;
    const isLength =
      length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits && Number(length) > 0);
    if (isIP(address) !== 0 && isLength && more.length === 0) continue;
    context.addIssue(`${part} is not an address such as 192.168.1.2, nor a subnet such as 192.168.1.0/24`);
  }
});

/** Absolute directories, separated by commas; their case counts. */
const folders = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim().replace(/(?<=.)\/+$/, ''))
      .filter((part) => part !== ''),
  )
  .superRefine((parts, context) => {
    for (const part of parts)
      if (!/^\/(?!.*\/\.{0,2}(?:\/|$))./.test(part))
        context.addIssue(`${part} is not an absolute directory such as /srv/stacks`);
  });

/** `group=role` pairs, separated by commas. */
const groupRoles = z
  .string()
  .default('')
  .transform((text, context): Record<string, Role> => {
    const pairs = text.split(',').filter((part) => part.trim() !== '');
    return Object.fromEntries(
      pairs.flatMap((pair) => {
        const [group = '', wanted = ''] = pair.split('=').map((part) => part.trim());
        const role = roles.find((one) => one === wanted);
        if (group !== '' && role !== undefined) return [[group, role]];
        context.addIssue(`${pair.trim()} is not group=role with a role of ${roles.join(', ')}`);
        return [];
      }),
    );
  });

const nameServers = list.superRefine((parts, context) => {
  for (const part of parts) {
    if (parseNameServer(part) === null)
      context.addIssue(`${part} is not the address of a name server, such as 1.1.1.1`);
  }
});

/** `4=https://…,6=https://…`. */
const addressSources = z
  .string()
  .default(defaultAddressSources.map(({ family, url }) => `${family}=${url}`).join(','))
  .transform((text, context): AddressSource[] =>
    text
      .split(',')
      .filter((part) => part.trim() !== '')
      .flatMap((part) => {
        const [, family, url = ''] = /^\s*([46])=(https?:\/\/\S+)\s*$/.exec(part) ?? [];
        if (family !== undefined && URL.canParse(url)) return [{ family: family === '4' ? 4 : 6, url }];
        context.addIssue(`${part.trim()} is not 4= or 6= and an address of the web`);
        return [];
      }),
  );

/** Everything that can be set for the dashboard's process. */
export const dashboardSettings = {
  dataDir: setting('NEBULA_DATA', z.string().startsWith('/'), docs.NEBULA_DATA, {
    group: 'Data',
  }),
  runtimeDir: setting('NEBULA_RUNTIME', z.string().startsWith('/'), docs.NEBULA_RUNTIME, { group: 'Data' }),
  brokerDir: setting('NEBULA_BROKER_DIR', z.string().startsWith('/'), docs.NEBULA_BROKER_DIR, {
    group: 'Data',
  }),
  host: setting('HOST', z.string().default('127.0.0.1'), docs.HOST, { group: 'Network' }),
  port: setting('PORT', z.coerce.number().int().min(0).max(65_535).default(5000), docs.PORT, {
    group: 'Network',
  }),
  tlsCert: setting('NEBULA_TLS_CERT', z.string().startsWith('/').optional(), docs.NEBULA_TLS_CERT, {
    group: 'Network',
  }),
  tlsKey: setting('NEBULA_TLS_KEY', z.string().startsWith('/').optional(), docs.NEBULA_TLS_KEY, {
    group: 'Network',
  }),
  authorityFile: setting(
    'NEBULA_TLS_AUTHORITY',
    z.string().startsWith('/').optional(),
    docs.NEBULA_TLS_AUTHORITY,
    { group: 'Network' },
  ),
  databaseUrl: secretSetting('DATABASE_URL', docs.DATABASE_URL, { group: 'Data' }),
  allowedHosts: setting('NEBULA_ALLOWED_HOSTS', list, docs.NEBULA_ALLOWED_HOSTS, {
    group: 'Network',
    scope: 'stored',
    applies: 'live',
    isProtected: true,
  }),
  lanHosts: setting('NEBULA_LAN_HOSTS', list, docs.NEBULA_LAN_HOSTS, { group: 'Network' }),
  allowedOrigins: setting('NEBULA_ALLOWED_ORIGINS', list, docs.NEBULA_ALLOWED_ORIGINS, {
    group: 'Network',
    scope: 'stored',
    applies: 'live',
    isProtected: true,
  }),
  trustedProxies: setting('NEBULA_TRUSTED_PROXIES', networks, docs.NEBULA_TRUSTED_PROXIES, {
    group: 'Network',
    scope: 'stored',
    isProtected: true,
  }),
  requestsPerMinute: setting(
    'NEBULA_REQUESTS_PER_MINUTE',
    z.coerce.number().int().min(10).default(6000),
    docs.NEBULA_REQUESTS_PER_MINUTE,
    { group: 'Network', scope: 'stored', applies: 'live' },
  ),
  sampleSeconds: setting(
    'NEBULA_SAMPLE_SECONDS',
    z.coerce.number().min(1).max(300).default(5),
    docs.NEBULA_SAMPLE_SECONDS,
    { group: 'Monitoring', scope: 'stored' },
  ),
  imageCheckHours: setting(
    'NEBULA_IMAGE_CHECK_HOURS',
    z.coerce.number().int().min(0).max(720).default(6),
    docs.NEBULA_IMAGE_CHECK_HOURS,
    { group: 'Monitoring', scope: 'stored' },
  ),
  logMebibytes: setting(
    'NEBULA_LOG_MIB',
    z.coerce.number().min(1).max(10_240).default(32),
    docs.NEBULA_LOG_MIB,
    { group: 'Data', scope: 'stored' },
  ),
  logMebibytesInAll: setting(
    'NEBULA_LOG_TOTAL_MIB',
    z.coerce.number().min(1).max(1_048_576).default(1024),
    docs.NEBULA_LOG_TOTAL_MIB,
    { group: 'Data', scope: 'stored' },
  ),
  publicUrl: setting(
    'NEBULA_PUBLIC_URL',
    z
      .url({ protocol: /^https?$/ })
      .max(200)
      .optional(),
    'Address under which people open NebulaCommand, such as https://nebula.example.com; stands in messages',
    { group: 'Monitoring', scope: 'stored' },
  ),
  pushHosts: setting(
    'NEBULA_PUSH_HOSTS',
    list.prefault(
      'fcm.googleapis.com,updates.push.services.mozilla.com,*.push.apple.com,*.notify.windows.com',
    ),
    'Push services over which browsers may be told of alerts, separated by commas; *. stands for any name below',
    { group: 'Monitoring', scope: 'stored', isProtected: true },
  ),
  terminalIdleMinutes: setting(
    'NEBULA_TERMINAL_IDLE_MINUTES',
    z.coerce.number().min(0.01).max(1440).default(15),
    docs.NEBULA_TERMINAL_IDLE_MINUTES,
    { group: 'Signing in', scope: 'stored' },
  ),
  keepChangesDays: setting(
    'NEBULA_KEEP_CHANGES_DAYS',
    z.coerce.number().int().min(1).max(3650).default(365),
    docs.NEBULA_KEEP_CHANGES_DAYS,
    { group: 'Data', scope: 'stored' },
  ),
  stackRoots: setting('NEBULA_STACK_ROOTS', folders, docs.NEBULA_STACK_ROOTS, {
    group: 'Data',
    scope: 'stored',
    isProtected: true,
  }),
  composeProgram: setting('NEBULA_COMPOSE', z.string().startsWith('/').optional(), docs.NEBULA_COMPOSE, {
    group: 'Data',
  }),
  keepRunsDays: setting(
    'NEBULA_KEEP_RUNS_DAYS',
    z.coerce.number().int().min(1).max(36_500).default(365),
    docs.NEBULA_KEEP_RUNS_DAYS,
    { group: 'Data', scope: 'stored' },
  ),
  units: setting('NEBULA_UNITS', z.string().default(''), docs.NEBULA_UNITS),
  ...domainSettings,
  oidcIssuer: setting(
    'NEBULA_OIDC_ISSUER',
    z.url({ protocol: /^https?$/ }).optional(),
    docs.NEBULA_OIDC_ISSUER,
    { group: 'Signing in', scope: 'stored', isProtected: true },
  ),
  oidcClientId: setting('NEBULA_OIDC_CLIENT_ID', z.string().default('nebula'), docs.NEBULA_OIDC_CLIENT_ID, {
    group: 'Signing in',
    scope: 'stored',
    isProtected: true,
  }),
  oidcClientSecret: secretSetting('NEBULA_OIDC_CLIENT_SECRET', docs.NEBULA_OIDC_CLIENT_SECRET, {
    group: 'Signing in',
    scope: 'stored',
    isProtected: true,
  }),
  oidcName: setting('NEBULA_OIDC_NAME', z.string().max(40).default('your provider'), docs.NEBULA_OIDC_NAME, {
    group: 'Signing in',
    scope: 'stored',
    isProtected: true,
  }),
  oidcAllowedEmails: setting('NEBULA_OIDC_ALLOWED_EMAILS', list, docs.NEBULA_OIDC_ALLOWED_EMAILS, {
    group: 'Signing in',
    scope: 'stored',
    isProtected: true,
  }),
  oidcRoleClaim: setting(
    'NEBULA_OIDC_ROLE_CLAIM',
    z.string().default('groups'),
    docs.NEBULA_OIDC_ROLE_CLAIM,
    { group: 'Signing in', scope: 'stored', isProtected: true },
  ),
  oidcRoles: setting('NEBULA_OIDC_ROLES', groupRoles, docs.NEBULA_OIDC_ROLES, {
    group: 'Signing in',
    scope: 'stored',
    isProtected: true,
  }),
  dnsResolvers: setting('NEBULA_DNS_RESOLVERS', nameServers, docs.NEBULA_DNS_RESOLVERS, {
    group: 'Network',
    scope: 'stored',
  }),
  dnsPort: setting(
    'NEBULA_DNS_PORT',
    z.coerce.number().int().min(1).max(65_535).default(53),
    docs.NEBULA_DNS_PORT,
    { group: 'Network' },
  ),
  addressSources: setting('NEBULA_ADDRESS_SOURCES', addressSources, docs.NEBULA_ADDRESS_SOURCES, {
    group: 'Network',
    scope: 'stored',
  }),
  acceptsNewKeys: setting('NEBULA_NEW_KEYS', z.stringbool().default(false), docs.NEBULA_NEW_KEYS, {
    group: 'Data',
  }),
  logLevel: setting(
    'NEBULA_LOG_LEVEL',
    z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    docs.NEBULA_LOG_LEVEL,
    { group: 'Monitoring', scope: 'stored' },
  ),
};

/** The dashboard's settings as read from the environment. */
export type DashboardConfig = ReturnType<typeof readDashboardConfig>;

/** Reads them, what the environment leaves out from `stored` texts by variable; throws ConfigError with all problems. */
export function readDashboardConfig(environment?: NodeJS.ProcessEnv, stored?: Record<string, string>) {
  return readSettings(dashboardSettings, environment, stored);
}
