import { refuse } from './refusal.ts';

/**
 * Refuses a Caddyfile that would make Caddy read files or its environment while it translates it: `import` of anything but
 * a snippet of the same text, and `{$NAME}`. Quoting is taken off before looking, so a harmless sentence with the word
 * may be refused too, never the other way round.
 */
export function refuseImports(caddyfile: string): void {
  if (caddyfile.includes('{$'))
    refuse('The Caddyfile takes values from the environment ({$…}).', 'caddyfile');
  if (caddyfile.includes('<<') && /import/.test(caddyfile.replace(/["`\\]/g, ''))) {
    refuse(
      'A Caddyfile with a heredoc (<<) may not have the word import: it can be read in two ways.',
      'caddyfile',
    );
  }
  const bare = caddyfile.replace(/["`]|\\\r?\n?/g, '');
  const snippets = new Set([...bare.matchAll(/^\s*\(([A-Za-z0-9_-]+)\)\s*\{/gm)].map(([, name]) => name));
  for (const [, name = ''] of bare.matchAll(/\bimport(?:\s+(\S*)|$)/gm)) {
    if (snippets.has(name)) continue;
    const message = `The Caddyfile imports ${JSON.stringify(name.slice(0, 200))}, which is not a snippet in it.`;
    refuse(`${message} Put the text of what is imported in its place.`, 'caddyfile');
  }
}
