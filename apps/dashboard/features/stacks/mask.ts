import { isSecret, masked } from '../containers/index.ts';

/** `NAME=value` of an env file, with an `export` or not, quoted or not. */
const envLine = /^(\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*[=:]\s*)(.*)$/;
/** `NAME: value` or `- NAME=value` of a YAML file. */
const yamlLine = /^(\s*(?:-\s+)?["']?([A-Za-z_][\w.-]*)["']?\s*(?:=|:\s)\s*)(.+)$/;
const flowPair =
  /(["']?([A-Za-z_][\w.-]*)["']?\s*(?:=|:\s)\s*)("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|\$\{[^}]*\}|[^\s,}\]"']+)/g;

/** A file without the secrets in it: values of names that say so, and what looks like one wherever it stands. */
export function maskFile(name: string, text: string): { text: string; isMasked: boolean } {
  const lines = text.split('\n');
  const shown = lines.map((line) => (isEnv(name) ? maskEnvLine(line) : maskYamlLine(line)));
  const whole = isEnv(name) ? shown : maskBlocks(lines, shown);
  const isMasked = whole.some((line, at) => line !== lines[at]) || whole.length !== lines.length;
  return { text: whole.join('\n'), isMasked };
}

/** The secret values of a file, so that they can be kept out of what is written elsewhere. */
export function secretsIn(name: string, text: string): string[] {
  const found = text.split('\n').flatMap((line) => {
    const pairs = isEnv(name) ? [envLine.exec(line)] : [yamlLine.exec(line), ...line.matchAll(flowPair)];
    return pairs.flatMap((pair) => {
      const [, , key = '', value = ''] = pair ?? [];
      const plain = unquoted(value);
      return isHidden(key, plain) ? [plain] : [];
    });
  });
  return [...new Set(found)];
}

/** What compose says of a value that it cannot read, without the value, which it quotes or puts behind the sentence. */
export function withoutValues(message: string): string {
  if (!/interpolation|\.env/.test(message)) return message;
  return message
    .replace(/(You may need to escape any \$ with another \$\.)[\s\S]*$/, '$1')
    .replace(/"(?:[^"\\]|\\.)*"/g, '"…"');
}

function isEnv(name: string): boolean {
  return name.endsWith('.env');
}

function maskEnvLine(line: string): string {
  if (/^\s*#/.test(line)) return maskComment(line);
  const [, head = '', key = '', value = ''] = envLine.exec(line) ?? [];
  if (head !== '' && isHidden(key, unquoted(value))) return `${head}${masked}`;
  return head === '' && isHidden('', line) ? masked : line;
}

function maskYamlLine(line: string): string {
  if (/^\s*#/.test(line)) return maskComment(line);
  const [, head = '', key = '', value = ''] = yamlLine.exec(line) ?? [];
  if (head !== '' && /^[[{]/.test(value)) return head + maskFlow(value);
  if (head === '') {
    if (/[[{"']/.test(line)) return maskFlow(line);
    return head === '' && isHidden('', line.trim()) ? line.replace(/\S.*$/, masked) : line;
  }
  if (/^[|>*#]/.test(value)) return line;
  return isHidden(key, unquoted(value)) ? `${head}${quoteLike(value)}` : line;
}

/** What was commented out was true once. */
function maskComment(line: string): string {
  const [, hash = '', rest = ''] = /^(\s*#+\s?)(.*)$/.exec(line) ?? [];
  const [, head = '', key = '', value = ''] = yamlLine.exec(rest) ?? envLine.exec(rest) ?? [];
  return head !== '' && isHidden(key, unquoted(value)) ? `${hash}${head}${masked}` : line;
}

function maskFlow(text: string): string {
  return text.replaceAll(flowPair, (whole: string, head: string, key: string, value: string) =>
    isHidden(key, unquoted(value)) ? `${head}${quoteLike(value)}` : whole,
  );
}

/** A text under a secret name that goes on for further lines: they are deeper than its name. */
function maskBlocks(lines: string[], shown: string[]): string[] {
  const out = [...shown];
  for (let at = 0; at < lines.length; at += 1) {
    const [, head = '', key = '', value = ''] = yamlLine.exec(lines[at] ?? '') ?? [];
    if (head === '' || /^[#[{]/.test(value)) continue;
    const depth = indentOf(lines[at] ?? '');
    let end = at + 1;
    while (end < lines.length && isDeeper(lines[end] ?? '', depth)) end += 1;
    const text = lines
      .slice(at + 1, end)
      .join('\n')
      .trim();
    if (text === '' || !(isHidden(key, 'x') || isHidden(key, text))) continue;
    for (let line = at + 1; line < end; line += 1) out[line] = (lines[line] ?? '').replace(/\S.*$/, masked);
  }
  return out;
}

function isDeeper(line: string, depth: number): boolean {
  return line.trim() === '' || indentOf(line) > depth;
}

/** A variable in the place of a value is none: `${DB_PASSWORD}` says where it comes from. */
function isHidden(key: string, value: string): boolean {
  if (/^\$(?:\{[\w]+\}|\w+)$/.test(value)) return false;
  return isSecret(key, value);
}

function unquoted(value: string): string {
  const text = value.trim();
  return /^(["']).*\1$/s.test(text) && text.length > 1 ? text.slice(1, -1) : text;
}

function quoteLike(value: string): string {
  const quote = /^(["']).*\1$/.exec(value.trim())?.[1] ?? '';
  return `${quote}${masked}${quote}`;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
