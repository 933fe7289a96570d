// The end of the embedded database when its server is gone already: it has its own session and outlives a killed server.
import { closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describeProcess, hasEnded, isRunning } from './process-table.mjs';
import { errorCode } from './refusal.mjs';

/**
 * Waits for the database that still runs on our data, after asking it to shut down (again, which does no harm).
 * @param {object} on
 * @param {string} on.data
 * @param {number} on.uid user whose processes may be signalled: the file that names the process is theirs to write
 * @param {(line: string) => void} on.say
 * @param {number} on.patience milliseconds
 * @returns {Promise<boolean>} whether nothing of it runs any more
 */
export async function endDatabase({ data, uid, say, patience }) {
  const folder = join(data, 'postgres');
  const pid = postmasterPid(join(folder, 'postmaster.pid'));
  const record = pid === undefined || !isOf(uid, pid) ? undefined : describeProcess('database', pid, folder);
  if (record === undefined || !isRunning(record)) return true;
  say(`The database still shuts down (pid ${record.pid}); waiting for it.`);
  shutDown(record.pid);
  for (const deadline = Date.now() + patience; Date.now() < deadline; await delay(50))
    if (hasEnded(record)) return true;
  say(
    `The database (pid ${record.pid}) did not shut down within ${patience / 1000} s and still runs; the next start takes it over.`,
  );
  return false;
}

/**
 * The process in the first line of `postmaster.pid`. The file may be anything: neither a link nor a pipe is followed.
 * @param {string} path
 * @returns {number | undefined}
 */
function postmasterPid(path) {
  let fd;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const start = Buffer.alloc(16);
    const text = start.toString('latin1', 0, readSync(fd, start));
    const pid = Number(/^\d+(?=\n)/.exec(text)?.[0]);
    return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    // No such file: the database is stopped, or it is one of your own and not ours to wait for.
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/**
 * @param {number} uid
 * @param {number} pid
 */
function isOf(uid, pid) {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid === uid;
}

/**
 * A fast shutdown: it ends connections, and everything is on disk afterwards.
 * @param {number} pid
 */
function shutDown(pid) {
  try {
    process.kill(pid, 'SIGINT');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}
