import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '@nebula/errors';
import { type FileChange, StackFileName } from './contract-shapes.ts';
import { codeOf, composeNames, readInside } from './folders.ts';
import type { Found } from './found.ts';
import { linear, tooDeepAt } from './nesting.ts';

/**
 * Reads the files of a stack that lies elsewhere. Where they are is said by labels, which whoever makes a container writes:
 * only YAML files that have services are taken, and nothing from our own data. Throws NOT_MANAGED with the reason.
 */
export async function readForeign(
  { name, composeFiles, place, reason }: Found,
  dataDir: string,
): Promise<FileChange[]> {
  if (place !== 'elsewhere') throw refused(`${name} cannot be copied: ${reason}`);
  const files: FileChange[] = [];
  const { parse } = await import('yaml');
  for (const [index, path] of composeFiles.slice(0, 2).entries()) {
    const read = await readFrom(path, dataDir);
    if (!/\.ya?ml$/.test(path) || (await tooDeepAt(read)) !== null || !hasServices(parseOr(parse, read)))
      throw refused(`${path} is not a compose file.`);
    const own = basename(path);
    const known = StackFileName.safeParse(own).success && (index > 0 || composeNames.includes(own));
    files.push({
      name: known ? own : index === 0 ? 'compose.yaml' : 'compose.override.yaml',
      text: read,
      before: null,
    });
  }
  const [first] = composeFiles;
  const env =
    first === undefined ? null : await readInside(await real(dirname(first)), '.env').catch(() => null);
  if (env !== null) files.push({ name: '.env', text: env.text, before: null });
  if (files.length === 0) throw refused(`Nobody knows where the files of ${name} are.`);
  return files;
}

async function readFrom(path: string, dataDir: string): Promise<string> {
  const folder = await real(dirname(path));
  const own = await real(dataDir);
  if (folder === own || folder.startsWith(`${own}/`))
    throw refused(`${path} is among NebulaCommand's own data.`);
  const file = await readInside(folder, basename(path));
  if (file === null) throw refused(`${join(folder, basename(path))} is not there any more.`);
  return file.text;
}

async function real(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw refused(`${path} cannot be entered (${codeOf(error)}).`);
  }
}

function parseOr(parse: (text: string, options: object) => unknown, text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100, logLevel: 'silent', ...linear });
  } catch {
    // What is no YAML is no compose file; the caller says so.
    return null;
  }
}

function hasServices(file: unknown): boolean {
  return typeof file === 'object' && file !== null && 'services' in file;
}

function refused(message: string): AppError {
  return new AppError('NOT_MANAGED', message);
}
