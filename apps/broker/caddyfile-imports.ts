import { wordsOf } from './caddyfile-words.ts';
import { refuse } from './refusal.ts';

/**
 * Refuses a Caddyfile that would make Caddy read files or its environment while it translates it: `import` of anything but
 * a snippet of the same text, and `{$NAME}`. It is read twice, as Caddy cuts it into words and with all quoting taken off, so a
 * harmless sentence with the word may be refused too, never the other way round.
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
  const snippets = new Set([...bare.matchAll(/^\s*\(([A-Za-z0-9_-]+)\)\s*\{/gm)].map(([, name]) => name));
  for (const [, name = ''] of bare.matchAll(/\bimport(?:[\s\u0085]+([^\s\u0085]*)|$)/gm)) {
    if (!snippets.has(name)) refuseImport(name);
  }
}

function refuseInWords(caddyfile: string): void {
  const words = wordsOf(caddyfile);
  const snippets = new Set<string>();
  let depth = 0;
  for (const [index, { text, isFirst }] of words.entries()) {
    const [, name] = /^\(([A-Za-z0-9_-]+)\)$/.exec(text) ?? [];
    // Only outside of every site does it begin a snippet.
    if (name !== undefined && isFirst && depth === 0 && words[index + 1]?.text === '{') snippets.add(name);
    if (text === '{') depth += 1;
    if (text === '}') depth -= 1;
  }
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
}

function refuseImport(name: string): never {
  const message = `The Caddyfile imports ${JSON.stringify(name.slice(0, 200))}, which is not a snippet in it.`;
  refuse(`${message} Put the text of what is imported in its place.`, 'caddyfile');
}
