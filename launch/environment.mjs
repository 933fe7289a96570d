// The whole environment of broker and server: nothing else of the caller's shell reaches them.
import { join } from 'node:path';

/**
 * @typedef {object} EnvironmentInput
 * @property {NodeJS.ProcessEnv} caller the person's environment
 * @property {string} data
 * @property {string} runtime
 * @property {string} host
 * @property {number} port
 * @property {{ certificate: string, key: string, authority: string } | undefined} tls paths, with --lan
 * @property {string[]} lanHosts names and addresses of --lan as a Host header writes them
 */

/**
 * Environment of the server. `DATABASE_URL` and the person's own `NEBULA_…` settings are handed on.
 * @param {EnvironmentInput} input
 * @returns {Record<string, string>}
 */
export function serverEnvironment(input) {
  /** @type {Record<string, string>} */
  const settings = {};
  for (const [name, value] of Object.entries(input.caller)) {
    if (value !== undefined && (name.startsWith('NEBULA_') || /^DATABASE_URL(_FILE)?$/.test(name)))
      settings[name] = value;
  }
  for (const name of ['NEBULA_TLS_CERT', 'NEBULA_TLS_KEY', 'NEBULA_TLS_AUTHORITY', 'NEBULA_LAN_HOSTS'])
    delete settings[name];
  return {
    ...settings,
    ...basics(input.caller),
    HOME: input.data,
    HOST: input.host,
    PORT: String(input.port),
    NEBULA_DATA: input.data,
    NEBULA_RUNTIME: input.runtime,
    NEBULA_BROKER_DIR: `${input.runtime}/broker`,
    NODE_COMPILE_CACHE: join(input.data, 'cache', 'server'),
    ...(input.tls === undefined
      ? {}
      : {
          NEBULA_TLS_CERT: input.tls.certificate,
          NEBULA_TLS_KEY: input.tls.key,
          NEBULA_TLS_AUTHORITY: input.tls.authority,
          NEBULA_LAN_HOSTS: input.lanHosts.join(','),
        }),
  };
}

/**
 * Environment of the broker. Its HOME is not the data directory: there the service user could leave files (a
 * Docker CLI plugin, say) that a program started by root would run.
 * `cache` holds compiled code, so only the broker's own user may write there.
 * @param {{ caller: NodeJS.ProcessEnv, runtime: string, cache: string }} input
 * @returns {Record<string, string>}
 */
export function brokerEnvironment(input) {
  const level = input.caller.NEBULA_LOG_LEVEL;
  return {
    ...basics(input.caller),
    HOME: input.runtime,
    NEBULA_RUNTIME: input.runtime,
    NODE_COMPILE_CACHE: input.cache,
    ...(level === undefined ? {} : { NEBULA_LOG_LEVEL: level }),
  };
}

/**
 * What a short program of ours (vite, the certificate maker) gets.
 * @param {NodeJS.ProcessEnv} caller
 * @param {string} home
 * @returns {Record<string, string>}
 */
export function toolEnvironment(caller, home) {
  return { ...basics(caller), HOME: home };
}

/**
 * @param {NodeJS.ProcessEnv} caller
 * @returns {Record<string, string>}
 */
function basics(caller) {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: caller.LANG || 'C.UTF-8',
    ...(caller.TZ === undefined ? {} : { TZ: caller.TZ }),
  };
}

/**
 * Paths of the certificate files.
 * @param {string} data
 */
export function tlsFiles(data) {
  return {
    certificate: join(data, 'tls', 'server.pem'),
    key: join(data, 'tls', 'server-key.pem'),
    authority: join(data, 'tls', 'authority.pem'),
  };
}
