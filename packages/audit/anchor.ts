import { existsSync } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { SealMemory } from './index.ts';

/** A seal as it is remembered outside the database. */
export interface Anchor {
  no: number;
  mac: string;
  at: string;
}

/** A {@link SealMemory} in a directory. */
export type AnchorFile = SealMemory;

/**
 * Remembers seals in `<dir>/audit-head.json` (the newest) and `<dir>/audit-anchors.jsonl` (the first of each day, appended
 * only; a copy of it elsewhere proves the audit even against the owner of this machine).
 */
export function openAnchorFile(dir: string): AnchorFile {
  const headFile = join(dir, 'audit-head.json');
  const anchorsFile = join(dir, 'audit-anchors.jsonl');
  return {
    async remember(anchor) {
      const anchors = await readAnchors(anchorsFile);
      if (anchors.at(-1)?.at.slice(0, 10) !== anchor.at.slice(0, 10)) {
        await writeThrough(anchorsFile, 'a', `${JSON.stringify(anchor)}\n`);
      }
      await writeThrough(`${headFile}.new`, 'w', JSON.stringify(anchor));
      await rename(`${headFile}.new`, headFile);
    },
    async recall() {
      const anchors = await readAnchors(anchorsFile);
      if (existsSync(headFile)) anchors.push(JSON.parse(await readFile(headFile, 'utf8')));
      return anchors;
    },
  };
}

async function readAnchors(file: string): Promise<Anchor[]> {
  if (!existsSync(file)) return [];
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line));
}

async function writeThrough(path: string, flags: 'a' | 'w', text: string): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
