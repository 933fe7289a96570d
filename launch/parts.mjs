// How broker and server are started: their scripts, arguments, environment and user.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { brokerEnvironment, serverEnvironment, tlsFiles } from './environment.mjs';
import { grantKeys, writeGrantKeys } from './grant-key.mjs';
import { removeSockets } from './orphans.mjs';
import { smallMemory } from './runtime.mjs';

/**
 * @typedef {object} Installation
 * @property {string} root folder of the program
 * @property {string} node
 * @property {string} data
 * @property {string} runtime
 * @property {string} engine the Docker engine's socket
 * @property {NodeJS.ProcessEnv} env of the caller
 * @property {import('./places.mjs').Who} who
 * @property {import('./options.mjs').Options} options
 * @property {import('./launcher.mjs').Replaceable} replaced
 * @property {(line: string) => void} say
 * @property {{ hosts: string[] }} lan names and addresses that --lan serves just now
 */

/** @typedef {import('./part.mjs').PartSpec} PartSpec */

/**
 * @param {Installation} on
 * @returns {PartSpec}
 */
export function brokerSpec(on) {
  const sockets = join(on.runtime, 'broker');
  const args = {
    '--socket-dir': sockets,
    '--engine': on.engine,
    '--app-root': join(on.data, 'apps'),
    '--client-gid': String(on.who.service.gid),
    '--grant-key': join(sockets, grantKeys.public),
    '--units': on.env.NEBULA_UNITS ?? '',
    '--caddy-admin': on.env.NEBULA_CADDY_ADMIN ?? '',
    '--site-root': join(on.data, 'sites'),
  };
  return {
    ...common(on),
    name: 'broker',
    script: join(on.root, on.replaced.broker ?? 'apps/broker/main.ts'),
    args: Object.entries(args).flat(),
    env: () => brokerEnvironment({ caller: on.env, runtime: on.runtime, cache: brokerCache(on) }),
    through: [],
    user: undefined,
    prepare: () => {
      removeSockets(sockets);
      writeGrantKeys(sockets, on.who.isRoot ? on.who.service.gid : undefined);
    },
    readyWithin: on.replaced.brokerReadyWithin ?? 10_000,
  };
}

/**
 * @param {Installation} on
 * @returns {PartSpec}
 */
export function serverSpec(on) {
  const { data, runtime, env, who, options } = on;
  const tls = options.lan ? tlsFiles(data) : undefined;
  return {
    ...common(on),
    name: 'server',
    script: join(on.root, on.replaced.server ?? 'apps/dashboard/main.ts'),
    args: [],
    env: () =>
      serverEnvironment({
        caller: env,
        data,
        runtime,
        host: options.host,
        port: options.port,
        tls,
        lanHosts: on.lan.hosts,
      }),
    ...droppedTo(who, on.say),
    prepare: () => {},
    // The first start makes a database, on slow disks too.
    readyWithin: on.replaced.serverReadyWithin ?? 120_000,
  };
}

/**
 * Where the broker keeps compiled code: as root outside the data, which the service user can write.
 * @param {Installation} on
 */
function brokerCache({ data, who }) {
  return who.isRoot ? '/var/cache/nebula/broker' : join(data, 'cache', 'broker');
}

/**
 * The user to drop to, or undefined when we are that user already.
 * @param {import('./places.mjs').Who} who
 */
export function serviceOf(who) {
  return who.isRoot ? { uid: who.service.uid, gid: who.service.gid } : undefined;
}

const setpriv = '/usr/bin/setpriv';

/**
 * How the server becomes the service user for good: with no_new_privs no set-user-ID program gives it, its database or
 * anything they start other rights again. Node cannot ask for that by itself; setpriv stands beside flock in util-linux.
 * @param {import('./places.mjs').Who} who
 * @param {(line: string) => void} say
 * @param {string} [program] setpriv
 * @returns {Pick<PartSpec, 'through' | 'user'>}
 */
export function droppedTo(who, say, program = setpriv) {
  const user = serviceOf(who);
  if (user === undefined) return { through: [], user };
  if (!existsSync(program)) {
    say(`${program} is missing (package util-linux): the server runs without no_new_privs.`);
    return { through: [], user };
  }
  const ids = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  return { through: [program, '--no-new-privs', ...ids, '--'], user: undefined };
}

/** @param {Installation} on */
function common({ node, replaced }) {
  return {
    program: node,
    flags: smallMemory,
    // No folder that somebody may want to unmount or remove while we run.
    cwd: '/',
    stopWithin: replaced.stopWithin ?? defaultStopWithin,
    firstRestartMs: replaced.firstRestartMs ?? 500,
  };
}

/** Milliseconds that a process gets to stop before it is killed. */
export const defaultStopWithin = 30_000;
