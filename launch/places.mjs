// Where data and sockets lie, and the checks that make it safe to use these directories.
import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode, exitCodes, reason, Refusal } from './refusal.mjs';

/**
 * Whoever starts the launcher, and whoever the server runs as (the same person unless root started it).
 * @typedef {object} Who
 * @property {number} uid of the launcher
 * @property {boolean} isRoot
 * @property {{ name: string, uid: number, gid: number }} service
 */

/** Longest path of a socket below the runtime directory (`broker/` + name); 107 bytes are what Linux allows. */
const socketRoom = 40;
const marker = '.nebula-data';

/**
 * Default data directory of a person.
 * @param {boolean} isRoot
 * @param {NodeJS.ProcessEnv} env
 * @param {string} home
 */
export function defaultData(isRoot, env, home) {
  if (isRoot) return '/var/lib/nebula';
  // The base-directory specification says that relative values are to be ignored.
  const state = env.XDG_STATE_HOME?.startsWith('/') ? env.XDG_STATE_HOME : join(home, '.local', 'state');
  return join(state, 'nebula');
}

/**
 * Makes the data directory 0700 for the service user and answers its real path. A directory that holds other
 * things is refused, since giving `/etc` or a home away cannot be undone.
 * @param {string} path absolute
 * @param {Who} who
 * @returns {string}
 */
export function prepareData(path, who) {
  try {
    makeDirectories(path);
    const real = realpathSync(path);
    const found = statSync(real);
    checkOwner(real, found, who);
    if (who.isRoot && found.uid !== who.service.uid) chownSync(real, who.service.uid, who.service.gid);
    chmodSync(real, 0o700);
    accessSync(real, constants.R_OK | constants.W_OK | constants.X_OK);
    mark(join(real, marker), who);
    for (const part of ['apps', 'keys']) makePart(join(real, part), who);
    return real;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`The data directory ${path} cannot be used: ${reason(error)}.`, exitCodes.notPermitted);
  }
}

/**
 * Makes a directory and what is missing above it, each once: Node's own `recursive` never ends where a file system makes none.
 * @param {string} path absolute
 */
function makeDirectories(path) {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return;
  if (dirname(path) !== path) makeDirectories(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

/**
 * Makes the directory of sockets and answers its path, short enough for a socket whatever the data path is.
 * @param {string} data real path of the data directory
 * @param {Who} who
 * @param {NodeJS.ProcessEnv} env
 * @returns {string}
 */
export function prepareRuntime(data, who, env) {
  const path = runtimePath(data, who, env);
  if (who.isRoot) {
    ownDirectory('/run/nebula', { uid: 0, gid: 0, mode: 0o755 });
    ownDirectory(path, { uid: 0, gid: who.service.gid, mode: 0o750 });
    ownDirectory(join(path, 'broker'), { uid: 0, gid: who.service.gid, mode: 0o750 });
  } else {
    ownDirectory(path, { uid: who.uid, gid: who.service.gid, mode: 0o700 });
    ownDirectory(join(path, 'broker'), { uid: who.uid, gid: who.service.gid, mode: 0o700 });
  }
  for (const name of ['pg', 'relay'])
    ownDirectory(join(path, name), { uid: who.service.uid, gid: who.service.gid, mode: 0o700 });
  return path;
}

/**
 * Path of the runtime directory for this data; makes nothing.
 * @param {string} data
 * @param {Who} who
 * @param {NodeJS.ProcessEnv} env
 * @returns {string}
 */
export function runtimePath(data, who, env) {
  const hash = shortHash(data);
  if (who.isRoot) return join('/run/nebula', hash);
  const session = env.XDG_RUNTIME_DIR;
  if (session?.startsWith('/') && isOwnDirectory(session, who.uid)) {
    const path = join(session, `nebula-${hash}`);
    if (Buffer.byteLength(path) + socketRoom <= 107) return path;
  }
  return `/tmp/nebula-${who.uid}-${hash}`;
}

/**
 * Eight hex digits that stand for a path where the path itself would be too long.
 * @param {string} path
 */
export function shortHash(path) {
  return createHash('sha256').update(path).digest('hex').slice(0, 8);
}

/**
 * Makes a directory or takes an existing one that is really ours: no link, our owner; mode and group are set.
 * @param {string} path
 * @param {{ uid: number, gid: number, mode: number }} wanted
 */
export function ownDirectory(path, wanted) {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') {
      throw new Refusal(`The directory ${path} cannot be made: ${reason(error)}.`, exitCodes.notPermitted);
    }
  }
  const found = lstatSync(path);
  if (found.isSymbolicLink()) {
    throw new Refusal(`${path} is a link; it must be a directory of ours. Remove it and start again.`, 77);
  }
  if (!found.isDirectory()) throw new Refusal(`${path} is not a directory. Remove it and start again.`, 77);
  // One that is still ours was made just now, here or by another start that is about to give it away.
  if (found.uid !== wanted.uid && found.uid !== process.getuid?.()) {
    throw new Refusal(
      `${path} belongs to user ${found.uid}, not to ${wanted.uid}. Remove it if nobody needs it, and start again.`,
      77,
    );
  }
  if (found.uid !== wanted.uid || found.gid !== wanted.gid) chownSync(path, wanted.uid, wanted.gid);
  chmodSync(path, wanted.mode);
}

/**
 * @param {string} path
 * @param {import('node:fs').Stats} found
 * @param {Who} who
 */
function checkOwner(path, found, who) {
  if (!found.isDirectory()) throw new Refusal(`The data directory ${path} is not a directory.`, 77);
  if (found.uid !== who.uid && found.uid !== who.service.uid) {
    throw new Refusal(
      `The data directory ${path} belongs to user ${found.uid}. Start NebulaCommand as that user, ` +
        `or choose another directory with --data.`,
      exitCodes.notPermitted,
    );
  }
  const isPrivate = found.uid === who.service.uid && (found.mode & 0o077) === 0;
  const names = isPrivate ? [] : readdirSync(path);
  if (names.length > 0 && !names.includes(marker)) {
    throw new Refusal(
      `The directory ${path} already holds other files (${names.slice(0, 3).join(', ')}); NebulaCommand would ` +
        'close it to everybody else. Choose an empty directory with --data.',
      exitCodes.notPermitted,
    );
  }
}

/**
 * @param {string} path
 * @param {Who} who
 */
function mark(path, who) {
  try {
    writeFileSync(path, 'Everything NebulaCommand keeps is in this directory.\n', {
      flag: 'wx',
      mode: 0o600,
    });
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return;
    throw error;
  }
  // Never the chown that follows links: the service user may write in this directory.
  if (who.isRoot) lchownSync(path, who.service.uid, who.service.gid);
}

/**
 * A directory that the broker is told about before the server first runs.
 * @param {string} path
 * @param {Who} who
 */
function makePart(path, who) {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return;
    throw error;
  }
  if (who.isRoot) lchownSync(path, who.service.uid, who.service.gid);
}

/**
 * @param {string} path
 * @param {number} uid
 */
function isOwnDirectory(path, uid) {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.isDirectory() && found.uid === uid;
}
