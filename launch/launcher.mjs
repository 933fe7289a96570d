// Starts broker and server in order, keeps them running and stops them in order.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { banner, readServerReady } from './banner.mjs';
import { endDatabase } from './database.mjs';
import { findEngine } from './engine.mjs';
import { serveLan } from './lan.mjs';
import { keepLastStart } from './last-start.mjs';
import { takeLock } from './lock.mjs';
import { readOptions, usage } from './options.mjs';
import { createPidFile, stopLeftovers } from './orphans.mjs';
import { createPart } from './part.mjs';
import { brokerSpec, defaultStopWithin, serverSpec } from './parts.mjs';
import { defaultData, prepareData, prepareRuntime } from './places.mjs';
import { portHolder } from './port-holder.mjs';
import { programBase, readableProgram } from './program.mjs';
import { exitCodes, Refusal } from './refusal.mjs';
import { node24, root as projectRoot } from './runtime.mjs';
import { say } from './say.mjs';
import { listenForStop } from './stop.mjs';
import { canRead, ensureServiceUser } from './user.mjs';
import { buildWeb } from './web.mjs';

/**
 * What a test may replace.
 * @typedef {object} Replaceable
 * @property {string} [root] folder of the program
 * @property {string} [broker] script below `root`
 * @property {string} [server] script below `root`
 * @property {string} [serviceUser] name of the user that the server runs as when root starts it
 * @property {number} [stopWithin] milliseconds a part gets before SIGKILL
 * @property {number} [firstRestartMs] wait before the first restart of a part that died
 * @property {number} [lanCheckMs] how often --lan looks for new addresses of the machine
 * @property {() => string[]} [readHosts] names and addresses of the machine
 * @property {number} [brokerReadyWithin] milliseconds
 * @property {number} [serverReadyWithin] milliseconds
 */

/**
 * Runs NebulaCommand until it is asked to stop.
 * @param {string[]} argv
 * @param {NodeJS.ProcessEnv} env
 * @param {Replaceable} [replaced]
 * @returns {Promise<number>} exit code
 */
export async function launch(argv, env, replaced = {}) {
  // A terminal that goes away must not take the orderly stop with it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const stop = listenForStop(say);
  try {
    return await run(argv, env, replaced, stop);
  } catch (error) {
    if (stop.signal.aborted) return 0;
    say(
      error instanceof Refusal ? error.message : error instanceof Error ? String(error.stack) : String(error),
    );
    return error instanceof Refusal ? error.exitCode : 1;
  } finally {
    stop.dispose();
  }
}

/**
 * @param {string[]} argv
 * @param {NodeJS.ProcessEnv} env
 * @param {Replaceable} replaced
 * @param {import('./stop.mjs').StopListener} stop
 * @returns {Promise<number>}
 */
async function run(argv, env, replaced, stop) {
  const options = readOptions(argv, env);
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  // Whatever the caller's mask: containers read what apps bind, and private files say their mode themselves.
  process.umask(0o022);
  const who = whoStarts(replaced.serviceUser ?? 'nebula');
  const data = prepareData(options.data ?? defaultData(who.isRoot, env, homedir()), who);
  const runtime = prepareRuntime(data, who, env);
  const lock = takeLock(who.isRoot ? join(runtime, 'lock') : join(data, '.nebula-lock'));
  await stopLeftovers(runtime, say, replaced.stopWithin ?? defaultStopWithin);

  const clone = replaced.root ?? projectRoot;
  await buildWeb({ root: clone, node: node24(clone), env, say, signal: stop.signal });
  const root = who.isRoot ? programForService(clone, data, who.service) : clone;
  const engine = findEngine({ flag: options.engine, env, isRoot: who.isRoot });
  keepLastStart(data, { ...place(options), engine: engine.socket }, who);
  const on = {
    ...{ root, node: node24(root), data, runtime, engine: engine.socket, env, who, options, replaced },
    ...{ say, lan: { hosts: [] } },
  };

  const deaths = watchForGivingUp();
  const pids = createPidFile(runtime);
  const events = { say, started: pids.add, ended: pids.remove, gaveUp: deaths.gaveUp };
  const broker = createPart(brokerSpec(on), events);
  const server = createPart(serverSpec(on), events);
  /** @type {Awaited<ReturnType<typeof serveLan>> | undefined} */
  let lan;
  try {
    if (options.lan) lan = await stop.orAborted(serveLan(on, server.send));
    await stop.orAborted(broker.start());
    const ready = readServerReady(
      await stop.orAborted(server.start()).catch(namingHolder(options.port)),
      data,
    );
    const shown = lan === undefined ? { ready, addresses: [ready.url], trust: [] } : lan.shown(ready);
    lock.tell({ url: shown.addresses[0] ?? ready.url });
    const notes = engine.note === undefined ? [] : [engine.note];
    const isColour = process.stdout.isTTY === true && !env.NO_COLOR;
    process.stdout.write(banner(shown.ready, { ...shown, pid: process.pid, isColour, notes }));
    return await stop.orAborted(deaths.never);
  } finally {
    lan?.dispose();
    const { uid } = who.service;
    await stopAll(server, broker, stop, { data, uid, patience: replaced.stopWithin ?? defaultStopWithin });
    lock.release();
  }
}

/** @param {import('./options.mjs').Options} options */
function place({ host, port, lan }) {
  return { host, port, lan };
}

/**
 * Adds to a start that failed for its port who has that port.
 * @param {number} port
 * @returns {(error: unknown) => never}
 */
function namingHolder(port) {
  return (error) => {
    const holder = error instanceof Refusal && error.code === 'EADDRINUSE' ? portHolder(port) : '';
    if (holder === '' || !(error instanceof Refusal)) throw error;
    throw new Refusal(`${error.message} It is held by ${holder}.`, error.exitCode, error.code);
  };
}

/** A promise that never resolves and rejects when a part died too often. */
function watchForGivingUp() {
  /** @type {(error: Refusal) => void} */
  let gaveUp = () => {};
  /** @type {Promise<never>} */
  const never = new Promise((_, reject) => {
    gaveUp = reject;
  });
  never.catch(() => {});
  return { gaveUp, never };
}

/**
 * Stops the server, its database and the broker, in this order.
 * @param {ReturnType<typeof createPart>} server
 * @param {ReturnType<typeof createPart>} broker
 * @param {import('./stop.mjs').StopListener} stop
 * @param {{ data: string, uid: number, patience: number }} database
 */
async function stopAll(server, broker, stop, database) {
  await stopPart(server, stop);
  stop.waitsFor('database');
  const isAllStopped = await endDatabase({ ...database, say });
  await stopPart(broker, stop);
  say(isAllStopped ? 'Everything is stopped.' : 'Everything but the database is stopped.');
}

/**
 * @param {ReturnType<typeof createPart>} part
 * @param {import('./stop.mjs').StopListener} stop
 */
async function stopPart(part, stop) {
  if (part.isAlive()) say(`Stopping the ${part.name} ...`);
  stop.waitsFor(part.name);
  await part.stop();
}

/**
 * @param {string} serviceName
 * @returns {import('./places.mjs').Who}
 */
function whoStarts(serviceName) {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  if (uid === 0) return { uid, isRoot: true, service: ensureServiceUser(serviceName) };
  return { uid, isRoot: false, service: { name: `user ${uid}`, uid, gid } };
}

/**
 * @param {string} clone
 * @param {string} data
 * @param {import('./user.mjs').ServiceUser} user
 * @returns {string} folder of the program to run
 */
function programForService(clone, data, user) {
  const root = readableProgram({ root: clone, base: programBase(data), user, say });
  if (canRead(user, node24(root), [data])) return root;
  throw new Refusal(
    `The service user "${user.name}" cannot reach ${data}: a directory above it is closed to others. ` +
      'Choose another place with --data.',
    exitCodes.notPermitted,
  );
}
