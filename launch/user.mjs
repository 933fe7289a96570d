// The unprivileged user that the server runs as when root starts NebulaCommand.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Refusal } from './refusal.mjs';

/**
 * @typedef {{ name: string, uid: number, gid: number }} ServiceUser
 * @typedef {{ getent: string, groupadd: string, useradd: string }} UserTools absolute paths
 */

/** @type {UserTools} */
const debianTools = {
  getent: '/usr/bin/getent',
  groupadd: '/usr/sbin/groupadd',
  useradd: '/usr/sbin/useradd',
};

/**
 * Finds the system user, or makes it and its group.
 * @param {string} name
 * @param {UserTools} [tools]
 * @returns {ServiceUser}
 */
export function ensureServiceUser(name, tools = debianTools) {
  const found = findUser(name, tools);
  if (found !== undefined) return checked(found);
  // Another start may be making the same user right now: what counts is that it is there afterwards.
  if (entry('group', name, tools) === undefined) run(tools.groupadd, ['--system', name]);
  const home = ['--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin'];
  const problem = run(tools.useradd, ['--system', ...home, '--gid', name, name]);
  const made = findUser(name, tools);
  if (made === undefined) {
    throw new Refusal(
      `The service user "${name}" cannot be made: ${problem || 'useradd did not say why'}. ` +
        `Make it by hand (useradd --system --gid ${name} ${name}) and start again.`,
    );
  }
  return checked(made);
}

/**
 * Whether a user may read every one of these files and enter every directory above them. Asked of the kernel by
 * a process of that user, since modes alone do not know about access lists.
 * @param {ServiceUser} user
 * @param {string} node program that is tried first of all
 * @param {string[]} paths absolute
 */
export function canRead(user, node, paths) {
  const check = 'for (const path of process.argv.slice(1)) fs.accessSync(path, fs.constants.R_OK)';
  const { status } = spawnSync(node, ['-e', check, ...paths], {
    uid: user.uid,
    gid: user.gid,
    cwd: '/',
    env: {},
    stdio: 'ignore',
    timeout: 20_000,
  });
  return status === 0;
}

/** @param {ServiceUser} user */
function checked(user) {
  if (user.uid !== 0 && user.gid !== 0) return user;
  throw new Refusal(
    `The service user "${user.name}" has the rights of root; the server must not run like that.`,
  );
}

/**
 * @param {string} name
 * @param {UserTools} tools
 * @returns {ServiceUser | undefined}
 */
function findUser(name, tools) {
  const [, , uid, gid] = entry('passwd', name, tools) ?? [];
  return uid === undefined || gid === undefined ? undefined : { name, uid: Number(uid), gid: Number(gid) };
}

/**
 * @param {'passwd' | 'group'} database
 * @param {string} name
 * @param {UserTools} tools
 * @returns {string[] | undefined}
 */
function entry(database, name, tools) {
  const { status, stdout } = spawnSync(tools.getent, [database, name], { encoding: 'utf8', env: {} });
  return status === 0 ? stdout.trim().split(':') : undefined;
}

/**
 * @param {string} program
 * @param {string[]} args
 * @returns {string} what went wrong, or ''
 */
function run(program, args) {
  if (!existsSync(program)) return `${program} is missing`;
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8', env: {} });
  return status === 0 ? '' : (error?.message ?? stderr.trim());
}
