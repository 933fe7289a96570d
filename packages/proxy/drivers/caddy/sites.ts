import { type Token, tokensOf } from './lexer.ts';

/** A directive of a site with the block it may have. */
export interface SiteDirective {
  name: string;
  /** As written, with comments that stand directly above it. */
  text: string;
  /** Words behind its name. */
  words: string[];
}

/** A site as a Caddyfile writes it. */
export interface SiteText {
  addresses: string[];
  /** Line of its first address, counted from 1. */
  line: number;
  /** The comment directly above it, and those inside. */
  comment: string;
  directives: SiteDirective[];
}

/** What a Caddyfile consists of. */
export interface CaddyfileText {
  sites: SiteText[];
  /** Names of its global options. */
  globals: string[];
  /** Directives of `(name)` blocks, which sites import. */
  snippets: Map<string, SiteDirective[]>;
  /** Those blocks as written. */
  prelude: string;
}

/** How many words are read in one turn. */
const wordsInTurn = 5000;

/** Cuts a Caddyfile that the adapter takes into its sites, and lets others have their turns meanwhile. */
export async function caddyfileText(text: string): Promise<CaddyfileText> {
  const found: CaddyfileText = { sites: [], globals: [], snippets: new Map(), prelude: '' };
  const tokens: Token[] = [];
  for (const token of tokensOf(text)) {
    tokens.push(token);
    if (tokens.length % wordsInTurn === 0) await turn();
  }
  for (let at = 0, count = 0; at < tokens.length; count += 1) {
    if (count % 200 === 199) await turn();
    at = readBlock(text, tokens, at, found);
  }
  return found;
}

/** Lets everybody who waits have their turn. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Reads what begins at a token; answers where the next begins. */
function readBlock(text: string, tokens: readonly Token[], from: number, found: CaddyfileText): number {
  let at = from;
  const comments: Token[] = [];
  for (; tokens[at]?.kind === 'comment'; at += 1) {
    const [token, before] = [tokens[at], comments.at(-1)];
    if (token === undefined) break;
    if (before !== undefined && token.line > before.endLine + 1) comments.length = 0;
    comments.push(token);
  }
  const head: Token[] = [];
  for (; at < tokens.length && !isMark(tokens[at], '{'); at += 1) {
    const token = tokens[at];
    const before = head.at(-1);
    if (token === undefined || token.kind === 'comment') continue;
    // A file with one site needs no braces.
    if (before !== undefined && token.line > before.endLine && !before.text.endsWith(',')) break;
    head.push(token);
  }
  const [first] = head;
  const begin = first ?? tokens[at];
  if (begin === undefined) return tokens.length;
  const hasBraces = isMark(tokens[at], '{');
  const open = hasBraces ? at + 1 : at;
  const end = hasBraces ? endOfBlock(tokens, open) : tokens.length;
  const inner = tokens.slice(open, end);
  const last = comments.at(-1);
  const isAbove = last !== undefined && last.endLine + 1 >= begin.line;
  const above = isAbove ? comments.map(({ text: line }) => plainComment(line)) : [];
  if (first === undefined) {
    found.globals.push(...directivesOf(text, inner).directives.map(({ name }) => name));
  } else if (/^[(&]/.test(first.text)) {
    found.snippets.set(first.text.replace(/^\((.*)\)$/, '$1'), directivesOf(text, inner).directives);
    found.prelude += `${text.slice(first.begin, tokens[end]?.end ?? text.length)}\n`;
  } else {
    const { directives, comments: inside } = directivesOf(text, inner);
    found.sites.push({
      addresses: head.flatMap(({ text: word }) => word.split(',')).filter((word) => word !== ''),
      line: first.line,
      comment: [...above, ...inside].join('\n').trim(),
      directives,
    });
  }
  return hasBraces ? end + 1 : end;
}

function endOfBlock(tokens: readonly Token[], open: number): number {
  let depth = 1;
  for (let at = open; at < tokens.length; at += 1) {
    if (isMark(tokens[at], '{')) depth += 1;
    if (isMark(tokens[at], '}')) depth -= 1;
    if (depth === 0) return at;
  }
  return tokens.length;
}

/** The directives in a block, and all comments. */
function directivesOf(
  text: string,
  tokens: readonly Token[],
): { directives: SiteDirective[]; comments: string[] } {
  const directives: SiteDirective[] = [];
  const comments: string[] = [];
  let above: Token[] = [];
  for (let at = 0; at < tokens.length; ) {
    const first = tokens[at];
    if (first === undefined) break;
    if (first.kind === 'comment') {
      above.push(first);
      at += 1;
      continue;
    }
    let end = at + 1;
    for (let line = first.endLine; end < tokens.length; end += 1) {
      const token = tokens[end];
      if (token === undefined || token.line > line) break;
      if (token.kind === 'comment') continue;
      if (isMark(token, '{')) end = endOfBlock(tokens, end + 1);
      line = tokens[end]?.endLine ?? line;
    }
    const own = tokens.slice(at, end).filter(({ kind }) => kind === 'word');
    const last = tokens[Math.min(end, tokens.length) - 1] ?? first;
    directives.push({
      name: first.text,
      text: text.slice(above[0]?.begin ?? first.begin, last.end),
      words: own.slice(1).map((token) => token.text),
    });
    comments.push(...[...above, ...tokens.slice(at, end)].flatMap(commentOf));
    above = [];
    at = end;
  }
  comments.push(...above.flatMap(commentOf));
  return { directives, comments };
}

function commentOf({ kind, text }: Token): string[] {
  return kind === 'comment' ? [plainComment(text)] : [];
}

function plainComment(text: string): string {
  return text.replace(/^#*\s?/, '').trimEnd();
}

function isMark(token: Token | undefined, mark: '{' | '}'): boolean {
  return token?.kind === 'word' && !token.isQuoted && token.text === mark;
}
