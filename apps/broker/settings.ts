import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { contains, isPlain } from './host-paths.ts';
import { parseUnitPatterns } from './units.ts';

/** What the launcher tells the broker; it reads nothing else. */
export interface Settings {
  /** Directory for the sockets. */
  socketDir: string;
  /** The engine's own socket. */
  engine: string;
  /** Directories that binds may live under. */
  appRoots: string[];
  /** Group whose members may connect; none: only the owner. */
  clientGid: number | undefined;
  /** PEM file of the Ed25519 public key; none: no grants. */
  grantKey: string | undefined;
  /** Units of systemd that may be started and stopped; names with `*`. */
  units: string[];
  /** Unix socket of Caddy's admin API. */
  caddyAdmin: string;
  /** Directories below which Caddy may serve static sites. */
  siteRoots: string[];
  /** Where ddclient's configuration is; no argument says it, so that it is always the usual place. */
  ddclientFiles?: readonly string[];
}

const flags = [
  '--socket-dir',
  '--engine',
  '--app-root',
  '--client-gid',
  '--grant-key',
  '--units',
  '--caddy-admin',
  '--site-root',
];

/** Where Caddy's admin API is unless a person says otherwise. */
const usualCaddyAdmin = '/run/caddy/admin.sock';

/**
 * Reads `--socket-dir DIR --engine SOCKET --app-root DIR… [--client-gid N] [--grant-key FILE] [--units PATTERNS]
 * [--caddy-admin SOCKET] [--site-root DIR…]`.
 *
 * @throws {Error} with a sentence for the person who starts it
 */
export function parseArguments(argv: readonly string[]): Settings {
  const given = new Map<string, string[]>();
  for (let index = 0; index < argv.length; index += 2) {
    const [flag = '', value] = argv.slice(index, index + 2);
    if (!flags.includes(flag)) throw new Error(`The broker does not know the argument ${flag}.`);
    if (value === undefined) throw new Error(`${flag} needs a value.`);
    given.set(flag, [...(given.get(flag) ?? []), value]);
  }
  const one = (flag: string): string | undefined => {
    const values = given.get(flag) ?? [];
    if (values.length > 1) throw new Error(`${flag} is given twice.`);
    return values[0];
  };
  const path = (flag: string, value: string | undefined): string => {
    if (value === undefined || !isPlain(value))
      throw new Error(`${flag} needs an absolute path without . or .. in it.`);
    return value;
  };
  const gid = one('--client-gid');
  if (gid !== undefined && !/^\d{1,9}$/.test(gid)) throw new Error('--client-gid needs a number.');
  const key = one('--grant-key');
  const settings: Settings = {
    socketDir: path('--socket-dir', one('--socket-dir')),
    engine: path('--engine', one('--engine')),
    appRoots: (given.get('--app-root') ?? []).map((root) => path('--app-root', root)),
    clientGid: gid === undefined ? undefined : Number(gid),
    grantKey: key === undefined ? undefined : path('--grant-key', key),
    units: parseUnitPatterns(one('--units') ?? ''),
    caddyAdmin: path('--caddy-admin', one('--caddy-admin') || usualCaddyAdmin),
    siteRoots: (given.get('--site-root') ?? []).map((root) => path('--site-root', root)),
  };
  refuseWideRoots(settings);
  return settings;
}

/** An app directory around the engine's socket, our sockets or the key would give them all away. */
function refuseWideRoots(settings: Settings): void {
  const guarded = [
    settings.engine,
    settings.socketDir,
    ...(settings.grantKey === undefined ? [] : [settings.grantKey]),
  ];
  for (const root of settings.appRoots.flatMap((path) => [path, real(path)])) {
    for (const path of guarded.flatMap((path) => [path, real(path)])) {
      if (contains(root, path)) throw new Error(`--app-root ${root} must not contain ${path}.`);
    }
  }
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // What does not exist yet is judged by its nearest directory that does.
    return path === '/'
      ? path
      : `${real(dirname(path)).replace(/\/$/, '')}/${path.slice(path.lastIndexOf('/') + 1)}`;
  }
}
