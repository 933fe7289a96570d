/** A word of a Caddyfile. */
export interface Word {
  /** Without quotes, as Caddy has it. */
  text: string;
  /** Whether it begins its line, or follows a brace on it: a directive may stand there. */
  isFirst: boolean;
}

/** What Go takes for a space (unicode.IsSpace); JavaScript's own class lacks U+0085. */
const space = /[\t\n\v\f \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/**
 * The words of a Caddyfile exactly as Caddy's lexer cuts them, whose oddities decide what a directive is: a carriage return is
 * passed over in the middle of a word, a word ends where its quote ends, and `\` before a line's end joins lines but ends the
 * word. Heredocs, which only newer versions know, are not cut.
 */
export function wordsOf(caddyfile: string): Word[] {
  const words: Word[] = [];
  let text = '';
  let quote: '"' | '`' | null = null;
  let isEscaped = false;
  let isComment = false;
  let isFirst = true;
  const end = () => {
    words.push({ text, isFirst });
    isFirst = text === '{' || text === '}';
    text = '';
    quote = null;
    // Every word begins anew.
    isEscaped = false;
  };
  for (const sign of caddyfile.replace(/^\ufeff/, '')) {
    if (!isEscaped && quote !== '`' && sign === '\\') {
      isEscaped = true;
    } else if (quote !== null) {
      if (isEscaped && quote === '"') {
        text += sign === '"' ? sign : `\\${sign}`;
        isEscaped = false;
      } else if (sign === quote) end();
      else text += sign;
    } else if (sign === '\r') {
      continue;
    } else if (space.test(sign)) {
      const isJoined = isEscaped;
      if (sign === '\n') {
        isEscaped = false;
        isComment = false;
      }
      if (text !== '') end();
      if (sign === '\n' && !isJoined) isFirst = true;
    } else if (isComment || (sign === '#' && text === '')) {
      isComment = true;
    } else if (text === '' && (sign === '"' || sign === '`')) {
      quote = sign;
    } else {
      text += isEscaped ? `\\${sign}` : sign;
      isEscaped = false;
    }
  }
  if (text !== '') end();
  return words;
}
