// Builds the web interface when its inputs changed since the last build.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolEnvironment } from './environment.mjs';
import { digestOf, sourceFiles } from './files.mjs';
import { Refusal } from './refusal.mjs';

const digestName = '.nebula-digest';

/**
 * Builds `apps/dashboard/web/dist` unless it is already made from the same inputs. The new build replaces the old
 * one by a rename, so a failed or killed build leaves the old one in place.
 * @param {{ root: string, node: string, env: NodeJS.ProcessEnv, say: (line: string) => void, signal: AbortSignal }} on
 * @returns {Promise<'built' | 'fresh' | 'none'>}
 */
export async function buildWeb({ root, node, env, say, signal }) {
  const web = join(root, 'apps/dashboard/web');
  if (!existsSync(join(web, 'vite.config.ts'))) return 'none';
  const dist = join(web, 'dist');
  const wanted = webDigest(root);
  const stored = join(dist, digestName);
  if (existsSync(stored) && readFileSync(stored, 'utf8') === wanted) return 'fresh';

  say('Building the web interface ...');
  const next = join(web, '.cache', `build-${process.pid}`);
  const old = `${next}-old`;
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  try {
    mkdirSync(next, { recursive: true });
    const child = spawn(node, [vite, 'build', '--outDir', next, '--emptyOutDir', '--logLevel', 'warn'], {
      cwd: web,
      env: toolEnvironment(env, web),
      stdio: ['ignore', process.stderr.fd, 'inherit'],
      signal,
    });
    const code = await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject));
    if (code !== 0) throw new Refusal(`The web interface cannot be built (exit code ${code}); see above.`);
    writeFileSync(join(next, digestName), wanted);
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(next, dist);
  } finally {
    for (const path of [next, old]) rmSync(path, { recursive: true, force: true });
  }
  return 'built';
}

/**
 * Digest of everything that can change the built web interface.
 * @param {string} root
 * @returns {string}
 */
export function webDigest(root) {
  const isInput = (/** @type {string} */ path) =>
    /^apps\/[^/]+\/(features\/.+\/)?web\//.test(path) ||
    /^apps\/.+\/contract(-[a-z-]+)?\.ts$/.test(path) ||
    /^packages\/(contract|errors|ui)\//.test(path);
  const isTest = (/** @type {string} */ path) => /\.(test|e2e)\.tsx?$/.test(path);
  const paths = sourceFiles(root, ['apps', 'packages']).filter((path) => isInput(path) && !isTest(path));
  return digestOf(root, [...paths, 'package-lock.json', 'tsconfig.base.json', 'tsconfig.web.json']);
}
