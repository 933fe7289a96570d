/** Values of a token file by name: the palette and the roles of its plain rules, and those of each `@media` query. */
export interface TokenFile {
  base: ReadonlyMap<string, string>;
  /** What a media query puts in place of the base, by the query's text. */
  media: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** Reads the custom properties of a token file; comments are skipped. */
export function readTokens(css: string): TokenFile {
  const text = css.replace(/\/\*.*?\*\//gs, '');
  const base = new Map<string, string>();
  const media = new Map<string, ReadonlyMap<string, string>>();
  for (const { condition, body } of blocks(text)) {
    const values = condition === '' ? base : new Map<string, string>();
    for (const [, name, value] of body.matchAll(/(--[\w-]+)\s*:\s*([^;]+);/g)) {
      if (name !== undefined && value !== undefined) values.set(name, value.replace(/\s+/g, ' ').trim());
    }
    if (condition !== '') media.set(condition, values);
  }
  return { base, media };
}

/** The value of a token with every `var(…)` followed; throws a TypeError for one that is not there. */
export function resolveToken(name: string, ...layers: ReadonlyMap<string, string>[]): string {
  const value = layers.find((layer) => layer.has(name))?.get(name);
  if (value === undefined) throw new TypeError(`There is no token ${name}`);
  return value.replace(/var\((--[\w-]+)\)/g, (_, inner: string) => resolveToken(inner, ...layers));
}

/** Top-level blocks with the condition of those in an at-rule. */
function blocks(text: string): { condition: string; body: string }[] {
  const found: { condition: string; body: string }[] = [];
  let depth = 0;
  let start = 0;
  let head = '';
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '{') {
      if (depth === 0) {
        head = text.slice(start, at).trim();
        start = at + 1;
      }
      depth += 1;
    } else if (text[at] === '}') {
      depth -= 1;
      if (depth > 0) continue;
      found.push({ condition: head.startsWith('@') ? head : '', body: text.slice(start, at) });
      start = at + 1;
    }
  }
  return found;
}
