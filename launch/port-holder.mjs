// Names who listens on a TCP port, as far as proc(5) shows it to us.
import { printable } from './part.mjs';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * @param {number} port
 * @returns {string} such as `nginx (pid 12)` or `user 33`; '' when nobody listens
 */
export function portHolder(port) {
  const found = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeners(table, port));
  const [first] = found;
  if (first === undefined) return '';
  const sockets = new Set(found.map(({ inode }) => `socket:[${inode}]`));
  for (const pid of names('/proc').filter((name) => /^\d+$/.test(name))) {
    const isHolder = names(`/proc/${pid}/fd`).some((fd) => sockets.has(linkOf(`/proc/${pid}/fd/${fd}`)));
    if (isHolder) return `${programOf(pid)} (pid ${pid})`;
  }
  return `a program of user ${first.user}`;
}

/**
 * The program as it was started; its own name for itself where it hides that.
 * @param {string} pid
 */
function programOf(pid) {
  const [program = ''] = read(`/proc/${pid}/cmdline`).split('\0');
  return printable(program.split('/').at(-1) || read(`/proc/${pid}/comm`).trim());
}

/**
 * @param {string} table
 * @param {number} port
 */
function listeners(table, port) {
  return read(table)
    .split('\n')
    .flatMap((line) => {
      const [, local = '', , state, , , , user = '', , inode = ''] = line.trim().split(/\s+/);
      const isListener = state === '0A' && Number.parseInt(local.split(':')[1] ?? '', 16) === port;
      return isListener ? [{ user, inode }] : [];
    });
}

/** @param {string} path */
function names(path) {
  try {
    return readdirSync(path);
  } catch {
    // Gone meanwhile, or the process of somebody else: it is not named, and that is all.
    return [];
  }
}

/** @param {string} path */
function linkOf(path) {
  try {
    return readlinkSync(path);
  } catch {
    // Closed meanwhile.
    return '';
  }
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // A kernel without IPv6 has no tcp6; a process may have ended.
    return '';
  }
}
