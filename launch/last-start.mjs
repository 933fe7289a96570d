// What the last start was told, for those who look at an installation that is stopped (`nebula doctor`).
import { randomBytes } from 'node:crypto';
import { closeSync, fchownSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, reason, Refusal } from './refusal.mjs';

/** Name of the file in the data directory. */
export const lastStartFile = 'last-start.json';

/**
 * Keeps where the server listens and which engine the broker uses. The directory belongs to the service user, so nothing in it is
 * followed or opened that is there already.
 * @param {string} data
 * @param {{ host: string, port: number, lan: boolean, engine: string }} start
 * @param {import('./places.mjs').Who} who
 */
export function keepLastStart(data, start, who) {
  const draft = join(data, `.${lastStartFile}.${randomBytes(6).toString('hex')}`);
  const fd = openSync(draft, 'wx', 0o600);
  try {
    if (who.isRoot) fchownSync(fd, who.service.uid, who.service.gid);
    writeSync(fd, `${JSON.stringify(start)}\n`);
    renameSync(draft, join(data, lastStartFile));
  } catch (error) {
    rmSync(draft, { force: true });
    throw new Refusal(`Nothing can be written into ${data}: ${reason(error)}.`, exitCodes.notPermitted);
  } finally {
    closeSync(fd);
  }
}
