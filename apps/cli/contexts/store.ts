import { constants } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { Failure, exitCodes, usage } from '../failure.ts';
import type { CliConfig } from '../settings.ts';

/** A server under a name: its address, the key to it and how it is trusted. */
export const Context = z.object({
  name: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
      'A context is named by letters, digits and . _ - (at most 63).',
    ),
  url: z.string(),
  key: z.string().nullable(),
  /** Certificate of the server's own authority (PEM). */
  authority: z.string().nullable().default(null),
  /** Keys may travel in the clear to this server. */
  isInsecure: z.boolean().default(false),
});
export type Context = z.infer<typeof Context>;

const ContextsFile = z.object({
  version: z.literal(1),
  current: z.string().nullable(),
  contexts: z.array(Context),
});
export type ContextsFile = z.infer<typeof ContextsFile>;

/** Path of the file that holds the contexts. */
export function contextsPath(config: CliConfig): string {
  return join(config.configHome ?? join(homedir(), '.config'), 'nebula', 'contexts.json');
}

/** Reads the contexts; none when there is no file. Refuses a file that others can read, since it holds keys. */
export async function readContexts(path: string): Promise<ContextsFile> {
  const text = await readPrivate(path);
  if (text === null) return { version: 1, current: null, contexts: [] };
  try {
    return ContextsFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new Failure(exitCodes.usage, `${path} is not understood.`, {
      next: 'Repair it, or remove it and add the contexts again.',
      cause,
    });
  }
}

/** Changes the contexts: written whole, to the disk, 0600, and only then put under their name. */
export async function changeContexts(
  path: string,
  change: (file: ContextsFile) => ContextsFile,
): Promise<ContextsFile> {
  const changed = change(await readContexts(path));
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.new`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(changed, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return changed;
}

/** The context of a name. Throws a usage failure that lists the names there are. */
export function contextNamed(file: ContextsFile, name: string): Context {
  const found = file.contexts.find((context) => context.name === name);
  if (found !== undefined) return found;
  const names = file.contexts.map((context) => context.name).join(', ');
  throw usage(`There is no context ${JSON.stringify(name)}.`, {
    next: names === '' ? 'Add one: `nebula context add NAME --url URL --key-stdin`.' : `There are: ${names}.`,
  });
}

async function readPrivate(path: string): Promise<string | null> {
  const file = await openOrNull(path);
  if (file === null) return null;
  try {
    const { mode, uid } = await file.stat();
    if ((mode & 0o077) !== 0) {
      throw usage(`${path} holds API keys and can be read by others (mode ${(mode & 0o777).toString(8)}).`, {
        next: `Close it with \`chmod 600 ${path}\`, and make new keys if others may have read it.`,
      });
    }
    if (uid !== process.geteuid?.() && process.geteuid?.() !== 0) {
      throw usage(`${path} belongs to another user (${uid}).`);
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

async function openOrNull(path: string) {
  try {
    return await open(path, constants.O_RDONLY);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
