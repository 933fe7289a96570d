// A clone under /root (0700) is closed to the service user: broker and server then run from a copy that root owns.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { digestOf, sourceFiles } from './files.mjs';
import { defaultData, ownDirectory, shortHash } from './places.mjs';
import { linkPostgresLibraries } from './postgres-links.mjs';
import { errorCode, Refusal } from './refusal.mjs';
import { node24 } from './runtime.mjs';
import { canRead } from './user.mjs';

// The last two are inputs of the web's digest, by which a copy knows that its web is up to date.
const files = ['package.json', 'package-lock.json', 'start.mjs', 'tsconfig.base.json', 'tsconfig.web.json'];
const folders = ['apps', 'bin', 'launch', 'packages'];
const neverCopied = new Set(['.bin', '.cache', '.git', '.vite', 'coverage']);

/**
 * Folder below which copies of the program lie for a data directory.
 * @param {string} data
 */
export function programBase(data) {
  if (data === defaultData(true, {}, '/')) return '/var/lib/nebula-program';
  return join(dirname(data), `nebula-program-${shortHash(data)}`);
}

/**
 * Answers a folder with the program that the service user can read: the clone itself, or a copy of its production
 * part below `base`, named by its digest and used again while nothing changed.
 * @param {{ root: string, base: string, user: import('./user.mjs').ServiceUser, say: (line: string) => void }} on
 * @returns {string}
 */
export function readableProgram({ root, base, user, say }) {
  linkPostgresLibraries(root);
  if (canRead(user, node24(root), samples(root))) {
    if (existsSync(base)) removeUnused(base, '');
    return root;
  }
  ownDirectory(base, { uid: 0, gid: 0, mode: 0o755 });
  const digest = programDigest(root);
  const target = join(base, digest);
  if (!existsSync(target)) {
    say(`The service user cannot read ${root}; copying the program to ${target} ...`);
    copyProgram(root, target);
  }
  if (!canRead(user, node24(target), samples(target))) {
    throw new Refusal(
      `The service user "${user.name}" can read neither ${root} nor the copy ${target}: a directory above it is ` +
        'closed to others. Choose another place with --data.',
    );
  }
  removeUnused(base, digest);
  return target;
}

/**
 * Files of the program that tell whether all of it is readable: a mask or a mode closes whole folders.
 * @param {string} root
 */
function samples(root) {
  const packages = sourceFiles(root, ['apps', 'packages']).filter((path) => path.endsWith('.ts'));
  const built = ['apps/dashboard/web/dist/.nebula-digest', 'node_modules/.package-lock.json'];
  return ['package.json', ...packages.slice(0, 2_000), ...built]
    .map((path) => join(root, path))
    .filter((path) => existsSync(path));
}

/** @param {string} root */
function programDigest(root) {
  const made = ['apps/dashboard/web/dist/.nebula-digest', 'node_modules/.package-lock.json'];
  return digestOf(root, [...files, ...sourceFiles(root, folders), ...made]).slice(0, 16);
}

/**
 * @param {string} root
 * @param {string} target
 */
function copyProgram(root, target) {
  const partial = `${target}.partial-${process.pid}`;
  try {
    mkdirSync(partial, { mode: 0o755 });
    const dev = developmentPackages(root);
    for (const name of files)
      if (existsSync(join(root, name))) copyFile(join(root, name), join(partial, name));
    for (const name of [...folders, 'node_modules']) copyFolder(root, partial, name, dev);
    // A power cut must not leave a complete name with empty files behind it.
    spawnSync('/usr/bin/sync', ['--file-system', partial], { env: {}, stdio: 'ignore' });
    renameSync(partial, target);
  } catch (error) {
    // Another launcher may have finished the same copy first; it is as good as ours.
    if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/**
 * @param {string} root
 * @returns {Set<string>} paths below the root that only development needs
 */
function developmentPackages(root) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const entries = /** @type {[string, { dev?: boolean }][]} */ (Object.entries(lock.packages));
  return new Set(entries.filter(([, entry]) => entry.dev === true).map(([path]) => path));
}

/**
 * @param {string} root
 * @param {string} target
 * @param {string} folder relative
 * @param {Set<string>} dev
 */
function copyFolder(root, target, folder, dev) {
  if (!existsSync(join(root, folder))) return;
  mkdirSync(join(target, folder), { mode: 0o755 });
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (neverCopied.has(entry.name) || dev.has(path) || isForCompilers(path)) continue;
    if (entry.isDirectory()) copyFolder(root, target, path, dev);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(join(root, path)), join(target, path));
    else if (entry.isFile()) copyFile(join(root, path), join(target, path));
  }
}

/** @param {string} path */
function isForCompilers(path) {
  return /^node_modules\/(.*\.(d\.[cm]?ts|map)|node-linux-[^/]+\/(include|share))$/.test(path);
}

/**
 * @param {string} from
 * @param {string} to
 */
function copyFile(from, to) {
  copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  chmodSync(to, (lstatSync(from).mode & 0o111) === 0 ? 0o644 : 0o755);
}

/**
 * @param {string} base
 * @param {string} keep name
 */
function removeUnused(base, keep) {
  const others = readdirSync(base).filter((name) => name !== keep && !name.includes('.partial-'));
  if (others.length === 0) return;
  const running = runningPrograms();
  for (const name of others) {
    const folder = `${join(base, name)}/`;
    if (!running.some((path) => path.startsWith(folder))) rmSync(folder, { recursive: true, force: true });
  }
}

/** Real paths of all programs that run on this machine. */
function runningPrograms() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/exe`);
      } catch {
        // Ended meanwhile, or a kernel thread: it runs no file of ours.
        return '';
      }
    });
}
