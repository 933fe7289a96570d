// What an earlier start left behind when it was killed: processes that still run, sockets nobody listens on.
import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hasEnded, isRunning } from './process-table.mjs';
import { errorCode } from './refusal.mjs';

/** @typedef {import('./process-table.mjs').ProcessRecord} ProcessRecord */

/** Stopping order: the server first, since it still needs the broker to end its work. */
const order = ['server', 'broker'];

/**
 * Keeps `pids.json` so that the next start can find what this one left.
 * @param {string} runtime
 */
export function createPidFile(runtime) {
  const path = join(runtime, 'pids.json');
  /** @type {Map<string, ProcessRecord>} */
  const records = new Map();
  const write = () => {
    const temporary = `${path}.new`;
    const fd = openSync(temporary, 'w', 0o600);
    writeSync(fd, JSON.stringify([...records.values()]));
    fsyncSync(fd);
    closeSync(fd);
    renameSync(temporary, path);
  };
  return {
    /** @param {ProcessRecord} record */
    add(record) {
      records.set(record.name, record);
      write();
    },
    /** @param {string} name */
    remove(name) {
      if (records.delete(name)) write();
    },
  };
}

/**
 * Stops processes of an earlier start that still run. Only what `pids.json` names and /proc confirms is signalled.
 * @param {string} runtime
 * @param {(line: string) => void} say
 * @param {number} patience milliseconds before SIGKILL
 */
export async function stopLeftovers(runtime, say, patience) {
  const left = readRecords(join(runtime, 'pids.json'), say);
  for (const name of order) {
    for (const record of left)
      if (record.name === name && isRunning(record)) await end(record, say, patience);
  }
}

/**
 * Removes the sockets that a killed process left in a directory; only call it while nobody listens there.
 * @param {string} folder
 */
export function removeSockets(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (lstatSync(path).isSocket()) unlinkSync(path);
  }
}

/**
 * @param {ProcessRecord} record
 * @param {(line: string) => void} say
 * @param {number} patience
 */
async function end(record, say, patience) {
  say(`The ${record.name} of an earlier start still runs (pid ${record.pid}); waiting for it to stop.`);
  signal(record.pid, 'SIGTERM');
  for (const deadline = Date.now() + patience; Date.now() < deadline; await delay(50)) {
    if (hasEnded(record)) return;
  }
  say(`It did not stop within ${Math.round(patience / 1000)} s and is killed.`);
  signal(-record.pid, 'SIGKILL');
  for (const deadline = Date.now() + 5_000; Date.now() < deadline; await delay(50)) {
    if (hasEnded(record)) return;
  }
  throw new Error(`The ${record.name} of an earlier start (pid ${record.pid}) cannot be killed.`);
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} name
 */
function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

/**
 * @param {string} path
 * @param {(line: string) => void} say
 * @returns {ProcessRecord[]}
 */
function readRecords(path, say) {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8'));
    return Array.isArray(value) ? value.filter((entry) => Number.isInteger(entry?.pid) && entry.pid > 1) : [];
  } catch (error) {
    if (errorCode(error) !== 'ENOENT')
      say(`${path} cannot be read; leftovers of an earlier start are not looked for.`);
    return [];
  }
}
