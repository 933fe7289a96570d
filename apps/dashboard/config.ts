import { isIP } from 'node:net';
import { readSettings, secretSetting, setting } from '@nebula/config';
import { type Role, roles } from '@nebula/contract';
import { z } from 'zod';

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

/** Everything that can be set for the dashboard's process. */
export const dashboardSettings = {
  dataDir: setting('NEBULA_DATA', z.string().startsWith('/'), 'Directory of all data; set by the launcher', {
    group: 'Data',
  }),
  runtimeDir: setting(
    'NEBULA_RUNTIME',
    z.string().startsWith('/'),
    'Directory of sockets; set by the launcher',
    { group: 'Data' },
  ),
  brokerDir: setting(
    'NEBULA_BROKER_DIR',
    z.string().startsWith('/'),
    "Directory of the broker's sockets; set by the launcher",
    { group: 'Data' },
  ),
  host: setting('HOST', z.string().default('127.0.0.1'), 'Address to listen on', { group: 'Network' }),
  port: setting('PORT', z.coerce.number().int().min(0).max(65_535).default(5000), 'Port to listen on', {
    group: 'Network',
  }),
  tlsCert: setting(
    'NEBULA_TLS_CERT',
    z.string().startsWith('/').optional(),
    'File with the TLS certificate chain (PEM)',
    { group: 'Network' },
  ),
  tlsKey: setting(
    'NEBULA_TLS_KEY',
    z.string().startsWith('/').optional(),
    'File with the TLS private key (PEM)',
    { group: 'Network' },
  ),
  authorityFile: setting(
    'NEBULA_TLS_AUTHORITY',
    z.string().startsWith('/').optional(),
    'File with the certificate of our own authority, offered for download',
    { group: 'Network' },
  ),
  databaseUrl: secretSetting(
    'DATABASE_URL',
    'Your own PostgreSQL 15 or newer; the embedded one when left out',
    { group: 'Data' },
  ),
  allowedHosts: setting(
    'NEBULA_ALLOWED_HOSTS',
    list,
    'Further host names under which people reach NebulaCommand, separated by commas',
    { group: 'Network', scope: 'stored', applies: 'live', isProtected: true },
  ),
  lanHosts: setting(
    'NEBULA_LAN_HOSTS',
    list,
    'Names and addresses of --lan, IPv6 in brackets; set by the launcher',
    { group: 'Network' },
  ),
  allowedOrigins: setting(
    'NEBULA_ALLOWED_ORIGINS',
    list,
    'Further origins that may call the API, such as https://host.example',
    { group: 'Network', scope: 'stored', applies: 'live', isProtected: true },
  ),
  trustedProxies: setting(
    'NEBULA_TRUSTED_PROXIES',
    networks,
    'Addresses of proxies whose X-Forwarded headers are believed',
    { group: 'Network', scope: 'stored', isProtected: true },
  ),
  requestsPerMinute: setting(
    'NEBULA_REQUESTS_PER_MINUTE',
    z.coerce.number().int().min(10).default(6000),
    'Requests per minute and caller',
    { group: 'Network', scope: 'stored', applies: 'live' },
  ),
  sampleSeconds: setting(
    'NEBULA_SAMPLE_SECONDS',
    z.coerce.number().min(1).max(300).default(5),
    'Seconds between two readings of live figures',
    { group: 'Monitoring', scope: 'stored' },
  ),
  imageCheckHours: setting(
    'NEBULA_IMAGE_CHECK_HOURS',
    z.coerce.number().int().min(0).max(720).default(6),
    'Hours between two checks of all images against their registries; 0 is never',
    { group: 'Monitoring', scope: 'stored' },
  ),
  logMebibytes: setting(
    'NEBULA_LOG_MIB',
    z.coerce.number().min(1).max(10_240).default(32),
    'MiB of lines that are kept of each app, compressed; the oldest go first',
    { group: 'Data', scope: 'stored' },
  ),
  logMebibytesInAll: setting(
    'NEBULA_LOG_TOTAL_MIB',
    z.coerce.number().min(1).max(1_048_576).default(1024),
    'MiB of lines that are kept of all apps together',
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
    'Minutes without a key pressed or a character shown after which a terminal is ended',
    { group: 'Signing in', scope: 'stored' },
  ),
  keepRunsDays: setting(
    'NEBULA_KEEP_RUNS_DAYS',
    z.coerce.number().int().min(1).max(36_500).default(365),
    'Days that ended runs are kept with their steps; the audit keeps who did what for good',
    { group: 'Data', scope: 'stored' },
  ),
  units: setting(
    'NEBULA_UNITS',
    z.string().default(''),
    'Units of systemd that operators may start, stop and restart, such as smbd.service,docker-*.service; read by the broker',
  ),
  oidcIssuer: setting(
    'NEBULA_OIDC_ISSUER',
    z.url({ protocol: /^https?$/ }).optional(),
    'Address of an OpenID Connect provider at which people may sign in too',
    { group: 'Signing in', scope: 'stored', isProtected: true },
  ),
  oidcClientId: setting(
    'NEBULA_OIDC_CLIENT_ID',
    z.string().default('nebula'),
    'What the sign-in provider calls NebulaCommand',
    { group: 'Signing in', scope: 'stored', isProtected: true },
  ),
  oidcClientSecret: secretSetting(
    'NEBULA_OIDC_CLIENT_SECRET',
    'Secret that the sign-in provider gave out; left out for a public client',
    { group: 'Signing in', scope: 'stored', isProtected: true },
  ),
  oidcName: setting(
    'NEBULA_OIDC_NAME',
    z.string().max(40).default('your provider'),
    'What the sign-in button calls the provider',
    { group: 'Signing in', scope: 'stored', isProtected: true },
  ),
  oidcAllowedEmails: setting(
    'NEBULA_OIDC_ALLOWED_EMAILS',
    list,
    'Addresses, or domains such as @example.com, that may make themselves a viewer account by signing in there',
    { group: 'Signing in', scope: 'stored', isProtected: true },
  ),
  oidcRoleClaim: setting(
    'NEBULA_OIDC_ROLE_CLAIM',
    z.string().default('groups'),
    'Claim of the provider that holds groups',
    { group: 'Signing in', scope: 'stored', isProtected: true },
  ),
  oidcRoles: setting(
    'NEBULA_OIDC_ROLES',
    groupRoles,
    'Groups that may make themselves an account, and the role it gets, such as family=viewer,admins=admin',
    { group: 'Signing in', scope: 'stored', isProtected: true },
  ),
  acceptsNewKeys: setting(
    'NEBULA_NEW_KEYS',
    z.stringbool().default(false),
    'Go on with new keys although the audit was sealed with others',
    { group: 'Data' },
  ),
  logLevel: setting(
    'NEBULA_LOG_LEVEL',
    z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'Least urgent level that is logged',
    { group: 'Monitoring', scope: 'stored' },
  ),
};

/** The dashboard's settings as read from the environment. */
export type DashboardConfig = ReturnType<typeof readDashboardConfig>;

/** Reads them, what the environment leaves out from `stored` texts by variable; throws ConfigError with all problems. */
export function readDashboardConfig(environment?: NodeJS.ProcessEnv, stored?: Record<string, string>) {
  return readSettings(dashboardSettings, environment, stored);
}
