import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { exitCodes, Refusal } from './refusal.mjs';

/**
 * What the person asked for, flags before environment.
 * @typedef {object} Options
 * @property {boolean} help
 * @property {boolean} lan serve the home network over TLS
 * @property {string} host address to listen on
 * @property {number} port
 * @property {string | undefined} data absolute path, or undefined for the default of this person
 * @property {string | undefined} engine absolute path of the Docker engine's socket, or undefined to look for it
 */

/** Text of `--help`. */
export const usage = `Usage: npm start -- [options]     or: node start.mjs [options]

  --lan           serve the home network over https, with a certificate of our own authority
  --host HOST     address to listen on (default 127.0.0.1; HOST)
  --port PORT     port to listen on (default 5000; PORT)
  --data DIR      where everything is kept (default: /var/lib/nebula as root,
                  ~/.local/state/nebula otherwise; NEBULA_DATA)
  --engine SOCK   the Docker engine's unix socket (default: DOCKER_HOST, then /var/run/docker.sock)
  --help          this text
`;

/**
 * Reads flags and environment; throws a Refusal that names the flag when a value makes no sense.
 * @param {string[]} argv
 * @param {NodeJS.ProcessEnv} env
 * @returns {Options}
 */
export function readOptions(argv, env) {
  const values = parsed(argv);
  const lan = values.lan === true;
  // Some shells export HOST as the machine's name; that is no wish of the person.
  const wished = env.HOST === hostname() ? undefined : env.HOST || undefined;
  const host = values.host ?? wished ?? (lan ? everyAddress() : '127.0.0.1');
  checkHost(host, lan, env.NEBULA_BEHIND_PROXY === '1');
  const data = values.data ?? (env.NEBULA_DATA || undefined);
  return {
    help: values.help === true,
    lan,
    host,
    port: readPort(values.port ?? (env.PORT || '5000')),
    data: data === undefined ? undefined : absolute(data, '--data'),
    engine: values.engine === undefined ? undefined : absolute(values.engine, '--engine'),
  };
}

/**
 * Whether an address can only be reached from this machine.
 * @param {string} host
 */
export function isLoopback(host) {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The address that stands for all of them; `::` takes IPv4 along, but not where IPv6 is switched off. */
function everyAddress() {
  return existsSync('/proc/net/if_inet6') ? '::' : '0.0.0.0';
}

/** @param {string[]} argv */
function parsed(argv) {
  try {
    return parseArgs({
      args: argv,
      options: {
        lan: { type: 'boolean' },
        host: { type: 'string' },
        port: { type: 'string' },
        data: { type: 'string' },
        engine: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : error}\n\n${usage}`, exitCodes.usage);
  }
}

/**
 * @param {string} host
 * @param {boolean} lan
 * @param {boolean} behindProxy
 */
function checkHost(host, lan, behindProxy) {
  if (host !== 'localhost' && isIP(host) === 0) {
    throw new Refusal(`HOST must be an IP address or "localhost", not "${host}".`, exitCodes.usage);
  }
  if (lan || behindProxy || isLoopback(host)) return;
  throw new Refusal(
    `HOST=${host} would send passwords over the network in the clear. Use --lan, which serves https on every ` +
      'address; or put a proxy that speaks TLS in front and say so with NEBULA_BEHIND_PROXY=1.',
    exitCodes.usage,
  );
}

/** @param {string} text */
function readPort(text) {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= 0 && port <= 65_535) return port;
  throw new Refusal(`PORT must be a number from 0 to 65535, not "${text}".`, exitCodes.usage);
}

/**
 * @param {string} path
 * @param {string} flag
 */
function absolute(path, flag) {
  if (path === '' || path.includes('\0')) throw new Refusal(`${flag} needs a path.`, exitCodes.usage);
  return resolve(path);
}
