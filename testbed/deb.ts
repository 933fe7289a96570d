import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aptEnvironment, aptOptions } from './apt.ts';
import { requireProgram, runOk } from './run.ts';

/** Folder inside the project where unpacked programs and made archives stay between runs; git ignores it. */
export const cacheFolder = join(import.meta.dirname, '..', '.cache', 'testbed');

/** Path of a file of the cache; `make` writes it to the path it is given when it is not there yet. */
export async function cached(name: string, make: (target: string) => Promise<void>): Promise<string> {
  const path = join(cacheFolder, name);
  if (existsSync(path)) return path;
  await mkdir(cacheFolder, { recursive: true });
  // Written beside and renamed, so that two runs at once never see half a file.
  const target = `${path}.${process.pid}`;
  try {
    await make(target);
    await rename(target, path);
  } finally {
    await rm(target, { force: true, recursive: true });
  }
  return path;
}

/**
 * Fetches a package from the machine's own mirror and unpacks it into a new temporary folder, without installing it;
 * works without root. `options` are further ones for apt-get.
 *
 * @throws Error when apt does not know the package or cannot reach its mirror.
 */
export async function unpackPackage(name: string, options: readonly string[] = []): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nebula-deb-'));
  try {
    const download = [
      'apt-get',
      ...aptOptions,
      '-o',
      'APT::Sandbox::User=root',
      ...options,
      'download',
      name,
    ];
    await runOk(download, { cwd: folder, env: aptEnvironment(), timeout: 600_000 });
    const file = (await readdir(folder)).find((entry) => entry.endsWith('.deb'));
    if (file === undefined) throw new Error(`apt-get download ${name} left no file.`);
    await runOk([requireProgram('dpkg-deb'), '-x', join(folder, file), folder]);
    return folder;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
