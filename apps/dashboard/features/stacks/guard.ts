import { lstat, realpath } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import type { Document, ParsedNode } from 'yaml';
import type { StackProblem } from './contract-shapes.ts';
import { readInside } from './folders.ts';
import { linear, tooDeepAt } from './nesting.ts';

/** Texts that are not on disk yet, by name. */
export type Texts = ReadonlyMap<string, string>;

const mostAliases = 100;
/** Problems of one file that are told; a person mends them one after the other. */
const mostProblems = 100;
const mostIncluded = 20;
/** Tags that compose itself knows, and those of plain values. */
const tags = /^(?:!reset|!override|tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq|merge))$/;

/**
 * What keeps compose from being started on these files: it would read, with our rights, files outside the stack's folder
 * (keys lie on this machine), fetch from elsewhere, or start other programs. What two parsers could read in two ways is
 * refused too, since compose reads it with another one.
 *
 * @param names files that compose is given, in order
 * @param texts what stands for a file instead of what is on disk
 */
export async function guard(folder: string, names: readonly string[], texts: Texts): Promise<StackProblem[]> {
  const problems: StackProblem[] = [];
  const waiting = [...names];
  const seen = new Set<string>();
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (seen.has(name)) continue;
    seen.add(name);
    if (seen.size > mostIncluded) {
      problems.push({ file: name, line: null, message: `More than ${mostIncluded} files are included.` });
      break;
    }
    const text = texts.get(name) ?? (await readInside(folder, name))?.text;
    if (text === undefined) continue;
    const read = await readYaml(name, text);
    problems.push(...read.problems);
    if (read.document === null) continue;
    for (const reference of referencesIn(read.value)) {
      const why = (await whyNot(folder, reference)) ?? whyNotFurther(reference, names, texts);
      const line = lineOf(read.document, text, reference.at);
      if (why !== null) problems.push({ file: name, line, message: `${reference.at.join('.')} ${why}` });
      else if (reference.isYaml) waiting.push(normalize(reference.path));
    }
  }
  const env = await lstat(join(folder, '.env')).catch(() => null);
  if (env !== null && !env.isFile())
    problems.push({ file: '.env', line: null, message: '.env must be a plain file, not a link.' });
  return problems;
}

/** A line of a file at which a path such as `services.web.image` stands; null when it is not found. */
export async function lineAt(text: string, path: readonly string[]): Promise<number | null> {
  const { parseDocument } = await import('yaml');
  return lineOf(parseDocument(text, linear), text, path);
}

interface Reference {
  at: string[];
  path: string;
  /** Read by compose as a further compose file. */
  isYaml: boolean;
  /** Whether it may be a folder, and the stack's own. */
  isFolder: boolean;
}

async function readYaml(
  file: string,
  text: string,
): Promise<{ document: Document.Parsed | null; value: unknown; problems: StackProblem[] }> {
  const say = (line: number | null, message: string): StackProblem => ({ file, line, message });
  const deep = await tooDeepAt(text);
  if (deep !== null)
    return {
      document: null,
      value: null,
      problems: [say(deep, 'Lists and maps stand too deep in one another.')],
    };
  // Parsers of YAML are large and needed by few.
  const { isMap, isScalar, LineCounter, parseAllDocuments, visit } = await import('yaml');
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { merge: true, stringKeys: true, ...linear, lineCounter });
  const [document] = documents;
  if (!Array.isArray(documents) || document === undefined)
    return { document: null, value: null, problems: [say(1, 'The file is empty.')] };
  const problems = documents.flatMap(({ errors }) =>
    errors
      .slice(0, mostProblems)
      .map(({ pos: [at], message }) => say(at < 0 ? null : lineCounter.linePos(at).line, firstLine(message))),
  );
  if (documents.length > 1) problems.push(say(null, 'Only one YAML document may stand in a file.'));
  if (document.directives.docStart === true && /^%/m.test(text))
    problems.push(say(1, 'YAML directives are not taken here.'));
  visit(document, (_key, node) => {
    const tag = nodeTag(node);
    if (tag !== null && !tags.test(tag)) problems.push(say(null, `The tag ${tag} is not taken here.`));
    if (!isMap(node)) return;
    const keys = new Set<unknown>();
    for (const { key } of node.items) {
      const name: unknown = isScalar(key) ? key.value : key;
      const at = isNode(key) ? key.range[0] : null;
      if (keys.has(name))
        problems.push(say(at === null ? null : lineCounter.linePos(at).line, 'Map keys must be unique.'));
      keys.add(name);
    }
  });
  if (/["']<<["']\s*:/.test(text)) problems.push(say(null, 'A quoted << is read in two ways.'));
  if (problems.length > 0) return { document: null, value: null, problems: problems.slice(0, mostProblems) };
  try {
    return { document, value: document.toJS({ maxAliasCount: mostAliases }), problems };
  } catch (error) {
    const message = error instanceof Error ? firstLine(error.message) : String(error);
    return { document: null, value: null, problems: [say(null, message)] };
  }
}

function nodeTag(node: unknown): string | null {
  if (typeof node !== 'object' || node === null || !('tag' in node) || !('range' in node)) return null;
  return typeof node.tag === 'string' ? node.tag : null;
}

/** Everything that compose would open itself. */
function referencesIn(file: unknown): Reference[] {
  const found: Reference[] = [];
  const add = (at: string[], path: unknown, kind: 'yaml' | 'file' | 'folder') => {
    if (path === undefined || path === null) return;
    found.push({ at, path: String(path), isYaml: kind === 'yaml', isFolder: kind === 'folder' });
  };
  listOf(get(file, 'include')).forEach((item, index) => {
    const at = ['include', String(index)];
    if (typeof item === 'string') return add(at, item, 'yaml');
    for (const path of listOf(get(item, 'path'))) add([...at, 'path'], path, 'yaml');
    for (const path of listOf(get(item, 'env_file'))) add([...at, 'env_file'], path, 'file');
    add([...at, 'project_directory'], get(item, 'project_directory'), 'folder');
  });
  for (const [name, service] of entries(get(file, 'services'))) {
    const at = ['services', name];
    add([...at, 'extends', 'file'], get(get(service, 'extends'), 'file'), 'yaml');
    for (const key of ['env_file', 'label_file']) {
      for (const item of listOf(get(service, key)))
        add([...at, key], typeof item === 'object' ? get(item, 'path') : item, 'file');
    }
    add([...at, 'credential_spec', 'file'], get(get(service, 'credential_spec'), 'file'), 'file');
    if (get(service, 'provider') !== undefined) add([...at, 'provider'], '//program', 'file');
    const build = get(service, 'build');
    if (build === undefined || build === null) continue;
    add([...at, 'build'], typeof build === 'string' ? build : (get(build, 'context') ?? '.'), 'folder');
    add([...at, 'build', 'dockerfile'], get(build, 'dockerfile'), 'file');
    for (const [, context] of pairsOf(get(build, 'additional_contexts')))
      add([...at, 'build', 'additional_contexts'], context, 'folder');
  }
  for (const kind of ['secrets', 'configs']) {
    for (const [name, item] of entries(get(file, kind))) add([kind, name, 'file'], get(item, 'file'), 'file');
  }
  return found;
}

/** Why compose may not open a path; null when it may. */
async function whyNot(folder: string, { path, isFolder }: Reference): Promise<string | null> {
  if (path === '//program') return 'starts a program of the machine, which is not done here.';
  if (path.includes('$')) return 'must be written out, without a variable, so that it can be looked at.';
  if (
    /[:@\\]|^~|\p{Cc}/u.test(path) ||
    /^(?:github\.com|gitlab\.com|bitbucket\.org)\/|\.git(?:[#/]|$)/.test(path)
  )
    return 'must be a path in the folder of the stack, not an address.';
  if (path.startsWith('/')) return 'must be a path in the folder of the stack.';
  const plain = normalize(path).replace(/\/$/, '');
  if (plain === '..' || plain.startsWith('../')) return 'leads out of the folder of the stack.';
  if (plain === '.' && !isFolder) return 'must be a file.';
  return (await staysInside(folder, plain)) ? null : 'leads, through a link, out of the folder of the stack.';
}

/**
 * Why a further compose file may not be read. Compose resolves its paths against the folder of the file that names them, and
 * takes it from the disk; so that what was judged is what is read, it lies beside the others and is saved.
 */
function whyNotFurther(reference: Reference, names: readonly string[], texts: Texts): string | null {
  if (reference.at.at(-1) === 'project_directory')
    return 'is not taken here: paths count from the folder of the stack.';
  if (!reference.isYaml) return null;
  const path = normalize(reference.path);
  if (path.includes('/')) return 'must be a file beside the compose file, not in a folder below.';
  return texts.has(path) && !names.includes(path) ? 'is changed too: save that file first.' : null;
}

/** Whether the longest part of the path that is there is, links followed, still inside. */
async function staysInside(folder: string, path: string): Promise<boolean> {
  const root = await realpath(folder).catch(() => folder);
  const parts = path === '.' ? [] : path.split('/');
  for (let length = parts.length; length > 0; length -= 1) {
    const part = join(folder, ...parts.slice(0, length));
    const real = await realpath(part).catch(() => null);
    if (real !== null) return real === root || real.startsWith(`${root}/`);
    // A link to nothing could lead anywhere by the time compose follows it.
    if ((await lstat(part).catch(() => null)) !== null) return false;
  }
  return true;
}

function lineOf(document: Document.Parsed, text: string, path: readonly string[]): number | null {
  for (let length = path.length; length > 0; length -= 1) {
    const keys = path.slice(0, length).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    const node: unknown = document.getIn(keys, true);
    const range = isNode(node) ? node.range : undefined;
    if (range !== undefined && range !== null) return text.slice(0, range[0]).split('\n').length;
  }
  return null;
}

function isNode(node: unknown): node is ParsedNode {
  return typeof node === 'object' && node !== null && 'range' in node;
}

function get(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function pairsOf(value: unknown): [string, unknown][] {
  if (!Array.isArray(value)) return entries(value);
  return value.map((item) => ['', String(item).replace(/^[^=]*=/, '')]);
}

function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/ at line .*$/, '').replace(/:$/, '.');
}
