import { AppError } from '@nebula/errors';
import { flagOf, type RunDraft, takesNothing } from './docker-run-flags.ts';
import { projectName } from './found.ts';
import { shellWords, WordsError } from './shell-words.ts';

/** A `docker run` line as a compose file, and what was left out or has to be looked at. */
export interface Converted {
  name: string;
  compose: string;
  notes: string[];
}

/** Turns a `docker run` or `docker create` line into a compose file. Throws BAD_INPUT with what is not understood. */
export async function convertRun(line: string): Promise<Converted> {
  const { words, live } = wordsOf(line);
  const args = afterRun(words);
  const draft: RunDraft = { service: {}, notes: [], volumes: new Set(), networks: new Set() };
  const rest = readFlags(args, draft);
  const [image, ...command] = rest;
  if (image === undefined) throw bad('The line names no image.');
  const name = nameOf(draft, image);
  for (const word of live)
    draft.notes.push(`${word} would be replaced by a shell; it stands in the file as it is.`);
  const service = { image, ...draft.service, ...(command.length === 0 ? {} : { command }) };
  const file = {
    services: { [name]: doubled(service) },
    ...topLevel('volumes', draft.volumes, null),
    ...topLevel('networks', draft.networks, { external: true }),
  };
  // Parsers of YAML are large and needed by few.
  const { stringify } = await import('yaml');
  return { name, compose: stringify(file, { lineWidth: 0, nullStr: '' }), notes: draft.notes };
}

function wordsOf(line: string) {
  try {
    return shellWords(line.trim());
  } catch (error) {
    if (error instanceof WordsError) throw bad(error.message);
    throw error;
  }
}

/** What follows `docker run`, `sudo docker container create` and the like. */
function afterRun(words: string[]): string[] {
  let at = 0;
  if (words[at] === 'sudo') at += 1;
  if (!/^(?:.*\/)?(?:docker|podman)$/.test(words[at] ?? ''))
    throw bad('The line must begin with docker run.');
  at += 1;
  if (words[at] === 'container') at += 1;
  if (words[at] !== 'run' && words[at] !== 'create') throw bad('The line must begin with docker run.');
  return words.slice(at + 1);
}

/** Takes the flags off; answers the image and what follows it. */
function readFlags(args: string[], draft: RunDraft): string[] {
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (word === '--') return args.slice(at + 1);
    if (!word.startsWith('-') || word === '-') return args.slice(at);
    const value = () => {
      at += 1;
      const next = args[at];
      if (next === undefined) throw bad(`${word} needs a value.`);
      return next;
    };
    if (word.startsWith('--')) {
      const [, name = '', given] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
      if (takesNothing(name)) flagOf(name)(draft, given ?? 'true');
      else flagOf(name)(draft, given ?? value());
      continue;
    }
    readShort(word.slice(1), draft, value);
  }
  return [];
}

/** `-it`, `-p 80:80`, `-p80:80`, `-dp 80:80`. */
function readShort(letters: string, draft: RunDraft, value: () => string): void {
  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters[at] ?? '';
    if (takesNothing(letter)) {
      flagOf(letter)(draft, 'true');
      continue;
    }
    const attached = letters.slice(at + 1).replace(/^=/, '');
    flagOf(letter)(draft, attached === '' ? value() : attached);
    return;
  }
}

function nameOf({ service }: RunDraft, image: string): string {
  const own = String(service['container_name'] ?? '');
  const short =
    (image.split('@')[0] ?? '')
      .replace(/:[^/:]*$/, '')
      .split('/')
      .at(-1) ?? '';
  return projectName(own) || projectName(short) || 'app';
}

function topLevel(key: string, names: ReadonlySet<string>, value: unknown): Record<string, unknown> {
  return names.size === 0 ? {} : { [key]: Object.fromEntries([...names].map((name) => [name, value])) };
}

/** Compose would put a variable in the place of a dollar sign. */
function doubled(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(doubled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, doubled(item)]));
}

function bad(message: string): AppError {
  return new AppError('BAD_INPUT', message, { fields: [{ path: 'body.command', message }] });
}
