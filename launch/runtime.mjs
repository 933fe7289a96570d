// Plain JavaScript that any Node >= 20 runs: installs what the lockfile names and finds the project's own Node 24.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants as fsConstants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkPostgresLibraries } from './postgres-links.mjs';
import { errorCode, exitCodes, reason, Refusal } from './refusal.mjs';

/** Absolute path of the project's root. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const forwarded = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
const marker = join(root, 'node_modules', '.nebula-install');
const lock = join(root, '.nebula-install.lock');

/** Flags that keep our long-running processes small; measured in bench/P1. */
export const smallMemory = [
  '--optimize-for-size',
  '--max-semi-space-size=4',
  '--disable-warning=ExperimentalWarning',
];

/**
 * Path of the Node 24 binary that the lockfile pins for this machine.
 * @param {string} [base] folder of the program
 */
export function node24(base = root) {
  const path = join(base, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  if (!existsSync(path)) {
    throw new Error(
      `No Node 24 for ${process.platform}-${process.arch} at ${path}: NebulaCommand runs on Linux x64 and arm64. ` +
        'If this folder was copied from another machine, remove node_modules and start again.',
    );
  }
  return path;
}

/** Installs dependencies with `npm install` when the lockfile changed since the last install here. */
export async function ensureInstalled() {
  refuseForeignMachine(process.platform, process.arch);
  const wanted = lockDigest();
  if (isInstalled(wanted)) return;
  refuseClosedFolder(root);
  const release = await takeInstallLock();
  try {
    if (isInstalled(wanted)) return;
    process.stderr.write('Installing dependencies (npm install) ...\n');
    const [command = 'npm', ...first] = npmCommand();
    const args = [...first, 'install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
    const code = await exitOf(command, args, {
      cwd: root,
      env: { ...process.env, NODE_ENV: '' },
      // What npm says is no part of what our commands print.
      stdio: ['inherit', process.stderr.fd, 'inherit'],
    });
    if (code !== 0) {
      throw new Refusal(
        `npm install ended with code ${code}; its messages stand above. ENOSPC: free space. EACCES: run it as the owner of ` +
          `${root}. ENOTFOUND or ETIMEDOUT: this machine does not reach the registry of npm.`,
      );
    }
    linkPostgresLibraries(root);
    writeFileSync(marker, wanted);
  } finally {
    release();
  }
}

/**
 * Runs a script of the project with Node 24 and answers its exit code; signals are handed on.
 * @param {string} script path below the project's root
 * @param {string[]} args
 * @param {string[]} flags of Node
 */
export async function runWithNode24(script, args = [], flags = ['--disable-warning=ExperimentalWarning']) {
  await ensureInstalled();
  return await exitOf(node24(), [...flags, join(root, script), ...args], { cwd: process.cwd() });
}

/**
 * Throws a Refusal on a machine that we have no Node and no PostgreSQL for.
 * @param {string} platform
 * @param {string} arch
 */
export function refuseForeignMachine(platform, arch) {
  if (platform === 'linux' && (arch === 'x64' || arch === 'arm64')) return;
  throw new Refusal(
    `NebulaCommand runs on Linux on x64 and arm64; this is ${platform} on ${arch}. ` +
      'On a 64-bit processor install a 64-bit system, or use another machine.',
  );
}

/**
 * Throws a Refusal before an installation that could not write.
 * @param {string} folder
 */
export function refuseClosedFolder(folder) {
  try {
    accessSync(folder, fsConstants.W_OK);
  } catch (error) {
    throw new Refusal(
      `Dependencies are to be installed in ${folder}, but ${reason(error)}. Run this once as the owner of that folder.`,
      exitCodes.notPermitted,
    );
  }
}

function lockDigest() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** @param {string} wanted */
function isInstalled(wanted) {
  return existsSync(marker) && readFileSync(marker, 'utf8') === wanted;
}

function npmCommand() {
  const besideNode = join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  for (const path of [process.env.npm_execpath, besideNode, '/usr/share/nodejs/npm/bin/npm-cli.js']) {
    if (path?.endsWith('.js') && existsSync(path)) return [process.execPath, path];
  }
  return ['npm'];
}

async function takeInstallLock() {
  for (let waited = 0; ; waited += 1) {
    try {
      mkdirSync(lock);
      return () => rmSync(lock, { recursive: true, force: true });
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
      const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
      if (Date.now() - since > 15 * 60_000) rmSync(lock, { recursive: true, force: true });
      if (waited === 0) process.stderr.write('Another installation is running here; waiting for it ...\n');
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<number>}
 */
function exitOf(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    // Ctrl-C in a terminal reaches the child by itself: handing it on would interrupt it twice.
    const forward = (/** @type {NodeJS.Signals} */ signal) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of forwarded) process.on(signal, forward);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const name of forwarded) process.off(name, forward);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
