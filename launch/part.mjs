// One supervised process of ours: broker or server.
import { spawn } from 'node:child_process';
import { describeProcess } from './process-table.mjs';
import { Refusal } from './refusal.mjs';

/**
 * @typedef {object} PartSpec
 * @property {'broker' | 'server'} name
 * @property {string[]} through program and arguments that become `program` (exec), such as setpriv; may be empty
 * @property {string} program absolute path
 * @property {string[]} flags arguments before the script
 * @property {string} script absolute path
 * @property {string[]} args
 * @property {() => Record<string, string>} env the whole environment, asked for at each start
 * @property {string} cwd
 * @property {{ uid: number, gid: number } | undefined} user to run as, or undefined for our own
 * @property {() => void} prepare runs before each start, the first included
 * @property {number} readyWithin milliseconds
 * @property {number} firstRestartMs wait before the first restart; doubled for each further one
 * @property {number} stopWithin milliseconds before SIGKILL
 */

/**
 * @typedef {object} PartEvents
 * @property {(line: string) => void} say
 * @property {(record: import('./process-table.mjs').ProcessRecord) => void} started
 * @property {(name: string) => void} ended
 * @property {(error: Refusal) => void} gaveUp it died too often; nobody restarts it
 */

/** Restarts are given up after this many deaths within a minute. */
const mostDeaths = 5;
const minute = 60_000;

/**
 * Makes a part; nothing runs before `start()`. After its first `ready` it is restarted when it dies.
 * @param {PartSpec} spec
 * @param {PartEvents} events
 */
export function createPart(spec, events) {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child;
  /** @type {Promise<void>} */
  let ended = Promise.resolve();
  /** @type {NodeJS.Timeout | undefined} */
  let restart;
  /** @type {number[]} */
  let deaths = [];
  let isStopping = false;
  let wasReady = false;

  /** @returns {Promise<Record<string, unknown>>} the message with type `ready` */
  async function start() {
    const started = begun();
    child = started;
    const ready = untilReady(started, spec);
    // Whoever waits for it hears of it below; a start that cannot be recorded has nobody waiting.
    ready.catch(() => {});
    ended = new Promise((resolve) => {
      /** @param {string} how */
      const gone = (how) => {
        child = undefined;
        resolve();
        if (wasReady && !isStopping) died(`ended by itself (${how})`, how);
      };
      started.once('exit', (code, signal) => gone(signal ?? `exit code ${code}`));
      // What could not be started has no exit.
      started.on('error', (error) => {
        if (started.pid === undefined) gone(error.message);
      });
    });
    ended
      .then(() => events.ended(spec.name))
      .catch((error) => events.say(`The end of the ${spec.name} cannot be recorded: ${error.message}`));
    if (started.pid !== undefined) {
      const record = describeProcess(spec.name, started.pid, spec.script);
      if (record !== undefined) events.started(record);
    }
    const message = await ready;
    wasReady = true;
    return message;
  }

  /** Prepares and spawns; a restart that fails already here counts as a death, as no exit will follow. */
  function begun() {
    try {
      return spawned();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (wasReady && !isStopping) died(`could not be started (${why})`, why);
      throw error;
    }
  }

  function spawned() {
    spec.prepare();
    const [program = spec.program, ...args] = [
      ...spec.through,
      spec.program,
      ...spec.flags,
      spec.script,
      ...spec.args,
    ];
    return spawn(program, args, {
      cwd: spec.cwd,
      env: spec.env(),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // Its own session: Ctrl-C in the terminal reaches only the launcher, which stops things in order.
      detached: true,
      ...(spec.user === undefined ? {} : spec.user),
    });
  }

  /**
   * @param {string} what happened, as the end of a sentence
   * @param {string} how the same in a few words
   */
  function died(what, how) {
    deaths = [...deaths.filter((at) => Date.now() - at < minute), Date.now()];
    if (deaths.length > mostDeaths) {
      events.gaveUp(
        new Refusal(`The ${spec.name} died ${deaths.length} times within a minute (last: ${how}).`),
      );
      return;
    }
    const wait = spec.firstRestartMs * 2 ** (deaths.length - 1);
    events.say(`The ${spec.name} ${what}; starting it again in ${wait / 1000} s.`);
    restart = setTimeout(() => {
      start().then(
        () => events.say(`The ${spec.name} is back.`),
        // The end of the process, or that there was none to start, decides about the next attempt.
        (error) => events.say(error.message),
      );
    }, wait);
  }

  /** Stops the process: SIGTERM, then SIGKILL for its whole group when it takes too long. */
  async function stop() {
    isStopping = true;
    clearTimeout(restart);
    const running = child;
    if (running === undefined) return;
    running.kill('SIGTERM');
    const kill = setTimeout(() => {
      events.say(`The ${spec.name} did not stop within ${spec.stopWithin / 1000} s and is killed.`);
      killGroup(running);
    }, spec.stopWithin);
    await ended;
    clearTimeout(kill);
  }

  return {
    name: spec.name,
    start,
    stop,
    isAlive: () => child !== undefined,
    /** @param {{ type: string }} message dropped when the process is gone: its next start reads files anew */
    send: (message) => {
      if (child?.connected) child.send(message, () => {});
    },
  };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {PartSpec} spec
 * @returns {Promise<Record<string, unknown>>}
 */
function untilReady(child, spec) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new Refusal(`The ${spec.name} did not get ready within ${spec.readyWithin / 1000} s and is killed.`),
      );
      killGroup(child);
    }, spec.readyWithin);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Refusal(`The ${spec.name} ended before it was ready (${signal ?? `exit code ${code}`}).`));
    });
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(new Refusal(`The ${spec.name} cannot be started: ${error.message}`));
    });
    child.on('message', (message) => {
      const told = /** @type {Record<string, unknown>} */ (typeof message === 'object' ? message : {});
      if (told.type === 'ready') {
        clearTimeout(timer);
        resolve(told);
      } else if (told.type === 'fatal') {
        const lines = String(told.message).split('\n').map(printable);
        const code = typeof told.code === 'string' ? told.code : '';
        reject(new Refusal(`The ${spec.name} cannot start: ${lines.join('\n')}`, 1, code));
      }
    });
  });
}

/** @param {import('node:child_process').ChildProcess} child */
function killGroup(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, 'SIGKILL');
}

/**
 * Text of another process made safe for a terminal: no control characters, one line.
 * @param {unknown} text
 */
export function printable(text) {
  return String(text).replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}
