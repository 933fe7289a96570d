import { type Word, wordsOf } from './caddyfile-words.ts';
import { refuse } from './refusal.ts';

/** Braces in braces, with what snippets bring; what Caddy's JSON is read to nests twice as deep. */
const deepest = 24;
/** Words of one site with what snippets bring: Caddy is busy for a second with these, and with eight times as many for hours. */
const mostInSite = 50_000;
/** Words of all of it. Twenty snippets that each import the one before twice are a million already. */
const mostWords = 1_000_000;

/**
 * Refuses a Caddyfile that would make Caddy read files or its environment while it translates it: `import` of anything but
 * a snippet of the same text, the two directives of client certificates that name files, and `{$NAME}`. It is read twice, as
 * Caddy cuts it into words and with all quoting taken off, so a harmless sentence with such a word may be refused too, never
 * the other way round.
 */
export function refuseImports(caddyfile: string): void {
  if (caddyfile.includes('{$'))
    refuse('The Caddyfile takes values from the environment ({$…}).', 'caddyfile');
  // A carriage return is nothing to Caddy, even in the middle of a word.
  const text = caddyfile.replaceAll('\r', '');
  if (text.includes('<<') && /import/.test(text.replace(/["`\\]/g, ''))) {
    refuse(
      'A Caddyfile with a heredoc (<<) may not have the word import: it can be read in two ways.',
      'caddyfile',
    );
  }
  refuseInWords(caddyfile);
  const bare = text.replace(/["`]|\\\n?/g, '');
  const [reader] = /\btrusted_(?:ca|leaf)_cert_file\b/.exec(bare) ?? [];
  if (reader !== undefined) {
    const instead = reader.replace('_file', '');
    refuse(
      `The Caddyfile has Caddy read a file (${reader}). Put the certificate itself there, as base64 after ${instead}.`,
      'caddyfile',
    );
  }
  const snippets = new Set([...bare.matchAll(/^\s*\(([A-Za-z0-9_-]+)\)\s*\{/gm)].map(([, name]) => name));
  for (const [, name = ''] of bare.matchAll(/\bimport(?:[\s\u0085]+([^\s\u0085]*)|$)/gm)) {
    if (!snippets.has(name)) refuseImport(name);
  }
}

function refuseInWords(caddyfile: string): void {
  const words = wordsOf(caddyfile);
  const { snippets, rest } = partsOf(words);
  for (const [index, { text, isFirst }] of words.entries()) {
    const name = words[index + 1]?.text ?? '';
    if (text === 'import' && !snippets.has(name)) refuseImport(name);
    if (isFirst && /\{(?:args|block)/.test(text) && snippets.size > 0) {
      refuse(
        `In the Caddyfile ${JSON.stringify(text.slice(0, 200))} begins a line: what directive it becomes is said elsewhere. Put the text of the snippet in the place where it is imported.`,
        'caddyfile',
      );
    }
  }
  // What snippets come to is only known to Caddy when it has built all of it.
  const sizes = new Map<string, Size>();
  for (const [name, inside] of snippets) sizes.set(name, sizeOf(inside, snippets, sizes, [name]));
  const all = sizeOf(rest, snippets, sizes, []);
  if (all.deep > deepest)
    refuse(`The Caddyfile has braces in braces more than ${deepest} deep.`, 'caddyfile');
  if (all.inSite > mostInSite)
    refuse(`A site of the Caddyfile comes to more than ${mostInSite} words.`, 'caddyfile');
  if (all.words > mostWords) refuse(`The Caddyfile comes to more than ${mostWords} words.`, 'caddyfile');
}

/** The words of each snippet, and those that stand in none. */
function partsOf(words: readonly Word[]): { snippets: Map<string, Word[]>; rest: Word[] } {
  const snippets = new Map<string, Word[]>();
  let into: Word[] | null = null;
  const rest: Word[] = [];
  let depth = 0;
  for (const [index, word] of words.entries()) {
    const { text, isFirst } = word;
    const [, name] = /^\(([A-Za-z0-9_-]+)\)$/.exec(text) ?? [];
    // Only outside of every site does it begin a snippet.
    if (name !== undefined && isFirst && depth === 0 && words[index + 1]?.text === '{') {
      into = [];
      snippets.set(name, into);
    }
    if (text === '{') depth += 1;
    if (text === '}') depth -= 1;
    (into ?? rest).push(word);
    if (text === '}' && depth <= 0) into = null;
  }
  return { snippets, rest };
}

/** What words come to with what they import. */
interface Size {
  words: number;
  /** Of its largest site. */
  inSite: number;
  deep: number;
}

function sizeOf(
  words: readonly Word[],
  snippets: ReadonlyMap<string, Word[]>,
  known: Map<string, Size>,
  within: readonly string[],
): Size {
  const size = { words: 0, inSite: 0, deep: 0 };
  let depth = 0;
  let inSite = 0;
  const count = (more: number) => {
    size.words += more;
    inSite += more;
    size.inSite = Math.max(size.inSite, inSite);
  };
  for (const [index, { text }] of words.entries()) {
    count(1);
    if (text === '}' && depth <= 1) inSite = 0;
    if (text === '{') depth += 1;
    if (text === '}') depth -= 1;
    size.deep = Math.max(size.deep, depth);
    const name = words[index + 1]?.text ?? '';
    const inside = text === 'import' ? snippets.get(name) : undefined;
    if (inside === undefined) continue;
    if (within.includes(name) || within.length > deepest) {
      refuse(
        `In the Caddyfile the snippet ${JSON.stringify(name)} imports itself, or others that import others without end.`,
        'caddyfile',
      );
    }
    const brought = known.get(name) ?? sizeOf(inside, snippets, known, [...within, name]);
    known.set(name, brought);
    count(brought.words);
    size.deep = Math.max(size.deep, depth + brought.deep);
  }
  return size;
}

function refuseImport(name: string): never {
  const message = `The Caddyfile imports ${JSON.stringify(name.slice(0, 200))}, which is not a snippet in it.`;
  refuse(`${message} Put the text of what is imported in its place.`, 'caddyfile');
}
