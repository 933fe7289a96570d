import { appendFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { decodeLines, type StoredLine } from './record.ts';

/** A file of a ring: lines from one key on, until the next segment begins. */
export interface Segment {
  firstKey: string;
  bytes: number;
  isPacked: boolean;
}

/** What a ring does with the disk; a test gives its own to break it. */
export interface SegmentFiles {
  list(dir: string): Promise<Segment[]>;
  append(dir: string, firstKey: string, text: string): Promise<void>;
  read(dir: string, segment: Segment): Promise<StoredLine[]>;
  /** Compresses a segment that is complete; answers what it takes then. */
  pack(dir: string, segment: Segment): Promise<Segment>;
  remove(dir: string, segment: Segment): Promise<void>;
}

const pack = promisify(zstdCompress);
const unpack = promisify(zstdDecompress);
const name = /^(\d{19})\.log(\.zst)?$/;

/** Segments as files of their own, readable by us alone. */
export const segmentFiles: SegmentFiles = {
  async list(dir) {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const found = new Map<string, Segment>();
    for (const file of (await readdir(dir)).sort()) {
      const [, firstKey, packed] = name.exec(file) ?? [];
      if (firstKey === undefined) {
        if (file.endsWith('.part')) await rm(join(dir, file), { force: true });
        continue;
      }
      // Both are there when we went down between packing and removing; the plain one sorts first and is whole.
      if (found.has(firstKey)) await rm(join(dir, file), { force: true });
      else
        found.set(firstKey, {
          firstKey,
          bytes: (await stat(join(dir, file))).size,
          isPacked: packed !== undefined,
        });
    }
    return [...found.values()];
  },
  async append(dir, firstKey, text) {
    await appendFile(join(dir, `${firstKey}.log`), text, { mode: 0o600 });
  },
  async read(dir, segment) {
    const bytes = await readFile(pathOf(dir, segment));
    return decodeLines((segment.isPacked ? await unpack(bytes) : bytes).toString('utf8'));
  },
  async pack(dir, segment) {
    const packed = { ...segment, isPacked: true };
    const bytes = await pack(await readFile(pathOf(dir, segment)));
    const part = `${pathOf(dir, packed)}.part`;
    await writeFile(part, bytes, { mode: 0o600 });
    await rename(part, pathOf(dir, packed));
    await rm(pathOf(dir, segment), { force: true });
    return { ...packed, bytes: bytes.length };
  },
  remove: (dir, segment) => rm(pathOf(dir, segment), { force: true }),
};

function pathOf(dir: string, { firstKey, isPacked }: Segment): string {
  return join(dir, `${firstKey}.log${isPacked ? '.zst' : ''}`);
}
