import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, unpackPackage } from './deb.ts';
import type { EngineAccess } from './engine.ts';
import { programFolders, requireProgram, runOk } from './run.ts';

/** Name of the image with busybox in it: `sh` and the usual small programs, nothing else. */
export const busyboxImage = 'nebula-test/busybox:1';

/** Loads {@link busyboxImage} into an engine. */
export async function importBusybox(engine: Pick<EngineAccess, 'docker'>): Promise<void> {
  const args = [
    'import',
    '--change',
    'CMD ["/bin/sh"]',
    '--change',
    'ENV PATH=/bin',
    await rootfsArchive(),
    busyboxImage,
  ];
  const ended = await engine.docker(args);
  if (ended.code !== 0) throw new Error(`docker import failed: ${ended.stderr}`);
}

/** Path of a tar archive with busybox, a link for each of its programs, and the folders programs expect. */
async function rootfsArchive(): Promise<string> {
  return await cached('busybox-rootfs-1.tar', async (target) => {
    const root = await mkdtemp(join(tmpdir(), 'nebula-busybox-'));
    try {
      for (const folder of ['bin', 'etc', 'root', 'tmp', 'proc', 'sys', 'dev'])
        await mkdir(join(root, folder));
      await copyFile(await staticBusybox(), join(root, 'bin', 'busybox'));
      const applets = (await runOk([join(root, 'bin', 'busybox'), '--list'])).trim().split('\n');
      for (const applet of applets) {
        if (applet !== 'busybox') await symlink('busybox', join(root, 'bin', applet));
      }
      await writeFile(
        join(root, 'etc', 'passwd'),
        'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n',
      );
      await writeFile(join(root, 'etc', 'group'), 'root:x:0:\nnobody:x:65534:\n');
      const argv = [
        '--owner=0',
        '--group=0',
        '--numeric-owner',
        '--mtime=@0',
        '--sort=name',
        '-C',
        root,
        '-cf',
        target,
        '.',
      ];
      await runOk([requireProgram('tar'), ...argv]);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
}

/** A busybox that needs no library: the machine's own, or the one of the package, unpacked and not installed. */
async function staticBusybox(): Promise<string> {
  for (const folder of programFolders()) {
    const path = join(folder, 'busybox');
    if (existsSync(path) && isStatic(readFileSync(path))) return path;
  }
  return await cached('busybox', async (target) => {
    const folder = await unpackPackage('busybox-static');
    try {
      const path = ['bin/busybox', 'usr/bin/busybox']
        .map((name) => join(folder, name))
        .find((name) => existsSync(name));
      if (path === undefined) throw new Error('The package busybox-static holds no busybox.');
      await copyFile(path, target);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** Whether a 64-bit little-endian ELF file names no interpreter (program header type 3, elf(5)). */
export function isStatic(file: Buffer): boolean {
  if (file.length < 64 || file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1) return false;
  const [table, size, count] = [
    Number(file.readBigUInt64LE(32)),
    file.readUInt16LE(54),
    file.readUInt16LE(56),
  ];
  for (let index = 0; index < count; index += 1) {
    if (file.readUInt32LE(table + index * size) === 3) return false;
  }
  return true;
}
