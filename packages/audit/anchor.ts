import { existsSync } from 'node:fs';
import { open, readFile, rename, truncate } from 'node:fs/promises';
import { join } from 'node:path';

/** A seal as it is remembered outside the database. */
export interface Anchor {
  no: number;
  mac: string;
  at: string;
}

/** Where seals are remembered outside the database, so that cutting off the newest is found. */
export interface SealMemory {
  /** The newest seal remembered; null before the first. */
  head(): Promise<Anchor | null>;
  /** Remembers a newer seal; called after its transaction has committed. */
  remember(anchor: Anchor): Promise<void>;
  /** Keeps for good that the database did not hold what was remembered. */
  accuse(message: string, at: Date): Promise<void>;
  /** Seals that were remembered (the newest, and one for each day), and what was found and kept. */
  recall(): Promise<{ anchors: Anchor[]; accusations: { message: string; at: string }[] }>;
}

/**
 * Remembers seals in `<dir>/audit-head.json` (the newest), `audit-anchors.jsonl` (the first of each day, appended only; a copy
 * of it elsewhere proves the audit even against the owner of this machine) and `audit-findings.jsonl` (what was found).
 */
export function openAnchorFile(dir: string): SealMemory {
  const headFile = join(dir, 'audit-head.json');
  const anchorsFile = join(dir, 'audit-anchors.jsonl');
  const findingsFile = join(dir, 'audit-findings.jsonl');

  async function head(): Promise<Anchor | null> {
    return existsSync(headFile) ? JSON.parse(await readFile(headFile, 'utf8')) : null;
  }

  return {
    head,
    async remember(anchor) {
      const anchors: Anchor[] = await readLines(anchorsFile);
      if (anchors.at(-1)?.at.slice(0, 10) !== anchor.at.slice(0, 10)) await appendLine(anchorsFile, anchor);
      await writeThrough(`${headFile}.new`, 'w', JSON.stringify(anchor));
      await rename(`${headFile}.new`, headFile);
      await syncDirectory(dir);
    },
    async accuse(message, at) {
      const known: { message: string }[] = await readLines(findingsFile);
      if (known.some((finding) => finding.message === message)) return;
      await appendLine(findingsFile, { message, at: at.toISOString() });
      await syncDirectory(dir);
    },
    async recall() {
      const newest = await head();
      const anchors: Anchor[] = await readLines(anchorsFile);
      return {
        anchors: newest === null ? anchors : [...anchors, newest],
        accusations: await readLines(findingsFile),
      };
    },
  };
}

/** Whole lines of a file of JSON; one that was torn off by a crash or a full disk has no line break and does not count. */
async function readLines<T>(file: string): Promise<T[]> {
  if (!existsSync(file)) return [];
  const text = await readFile(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** Appends a line, after taking away what a torn one left. */
async function appendLine(file: string, value: object): Promise<void> {
  if (existsSync(file)) {
    const text = await readFile(file);
    const whole = text.lastIndexOf(10) + 1;
    if (whole < text.length) await truncate(file, whole);
  }
  await writeThrough(file, 'a', `${JSON.stringify(value)}\n`);
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

async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
