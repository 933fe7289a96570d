import { randomInt, randomUUID } from 'node:crypto';
import { z } from 'zod';

/** What of JSON Schema the contracts come to. */
interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
}

/** Makes input for a schema out of hostile strings. */
export interface HostileInput {
  /** A value shaped as the schema says, with hostile strings in it; about two in three are valid. */
  make(): unknown;
  isValid(value: unknown): boolean;
}

/** See {@link HostileInput}; `words` are strings of this application that a pattern may let through. */
export function hostileInput(schema: z.ZodType, words: readonly string[], canary: string): HostileInput {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;
  const strings = hostileStrings(canary);
  const isValid = (value: unknown) => schema.safeParse(value).success;
  return {
    isValid,
    make() {
      const wantsValid = randomInt(3) > 0;
      let value = valueFor(json, { strings, words, isTame: wantsValid });
      for (let tries = 0; wantsValid && tries < 12 && !isValid(value); tries += 1) {
        value = valueFor(json, { strings, words, isTame: true });
      }
      return value;
    },
  };
}

interface Making {
  strings: readonly string[];
  words: readonly string[];
  /** Whether the value keeps to the schema as well as it can. */
  isTame: boolean;
}

function valueFor(schema: Schema, making: Making): unknown {
  if (!making.isTame && randomInt(8) === 0) return pick(oddValues);
  if (schema.const !== undefined) return schema.const;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return valueFor(pick(choices), making);
  if (schema.allOf !== undefined)
    return Object.assign({}, ...schema.allOf.map((part) => valueFor(part, making)));
  if (schema.enum !== undefined) return making.isTame ? pick(schema.enum) : pick(making.strings);
  switch (schema.type) {
    case 'object':
      return objectFor(schema, making);
    case 'array':
      return Array.from(
        { length: randomInt(schema.minItems ?? 0, Math.min(schema.maxItems ?? 4, 4) + 1) },
        () => valueFor(schema.items ?? {}, making),
      );
    case 'integer':
    case 'number':
      return making.isTame ? numberWithin(schema) : pick(oddNumbers);
    case 'boolean':
      return randomInt(2) === 0;
    case 'null':
      return null;
    default:
      return stringFor(schema, making);
  }
}

function objectFor(schema: Schema, making: Making): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    if (schema.required?.includes(name) === true || randomInt(2) === 0) value[name] = valueFor(inner, making);
  }
  if (typeof schema.additionalProperties === 'object') {
    for (let n = randomInt(3); n > 0; n -= 1) {
      value[stringFor({}, making)] = valueFor(schema.additionalProperties, making);
    }
  }
  if (!making.isTame && randomInt(4) === 0) value[pick(making.strings)] = pick(making.strings);
  return value;
}

function stringFor({ pattern, format, minLength = 0, maxLength = 5000 }: Schema, making: Making): string {
  if (making.isTame && format === 'uuid') return randomUUID();
  if (making.isTame && format === 'email') return `${randomUUID()}@example.com`;
  if (making.isTame && pattern !== undefined) {
    const fitting = making.words.filter((word) => new RegExp(pattern, 'u').test(word));
    if (fitting.length > 0) return pick(fitting);
  }
  const text = pick(making.strings).repeat(randomInt(6) === 0 ? 3 : 1);
  if (!making.isTame) return text;
  return text.padEnd(minLength, 'x').slice(0, maxLength).toWellFormed();
}

function numberWithin({ minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: Schema): number {
  const low = Math.ceil(Math.max(0, minimum));
  return Math.min(maximum, randomInt(low, low + 1_000_000));
}

function pick<T>(from: readonly T[]): T {
  return from[randomInt(from.length)] as T;
}

const oddNumbers = [0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER, -0, 2 ** 31, 2 ** 63, '1; drop table users'];
const oddValues: unknown[] = [
  null,
  true,
  [],
  {},
  [[]],
  '',
  0,
  { $gt: '' },
  { toString: 'x' },
  'a'.repeat(70_000),
];

/** Strings that break naive code: shells, paths, markup, SQL, logs, terminals, prototypes, Unicode, formats. */
function hostileStrings(canary: string): string[] {
  const commands = [`touch ${canary}-run`, `id>${canary}-run`].flatMap((command) => [
    `$(${command})`,
    `\`${command}\``,
    `; ${command} #`,
    `| ${command}`,
    `&& ${command}`,
    `\n${command}\n`,
    `'; ${command}; '`,
    `"; ${command}; "`,
    `{{${command}}}`,
    `\${${command}}`,
    `--eval=${command}`,
  ]);
  const name = canary.slice(canary.lastIndexOf('/') + 1);
  const paths = [
    `../../../../../../..${canary}-path`,
    `..%2f..%2f..%2f..%2ftmp%2f${name}-path`,
    `${canary}-path`,
    `file://${canary}-path`,
    '/etc/passwd',
    '/var/run/docker.sock',
    '....//....//etc/passwd',
    'C:\\Windows\\win.ini',
    '.',
    '..',
    '-rf',
    '--privileged',
    '-v/:/host',
  ];
  const markup = [
    '<script>globalThis.__hit=1</script>',
    '<img src=x onerror="globalThis.__hit=1">',
    '"><svg onload=globalThis.__hit=1>',
    "javascript:globalThis.__hit=1//'",
    '</textarea><iframe srcdoc="<script>parent.__hit=1</script>">',
    '<!--#exec cmd="id"-->',
    '{{constructor.constructor("return 1")()}}',
  ];
  const data = [
    "'; drop table users; --",
    "' or '1'='1",
    '1) union select secret from user_credentials --',
    '%00',
    'a\u0000b',
    'a\r\nSet-Cookie: x=y',
    'a\r\n\r\n<html>',
    '\u001b]0;title\u0007\u001b[31mred',
    '\u202Egnp.exe',
    '\ud800',
    '\uffff\ufffe',
    '𝕏'.repeat(300),
    'a\u0301'.repeat(200),
    '__proto__',
    'constructor',
    '{"__proto__":{"isAdmin":true}}',
    '${jndi:ldap://127.0.0.1/x}',
    '%s%s%s%n%d',
    '((((((((((a+)+)+)+)+)+)+)+)+)+)$',
    'a'.repeat(4000),
    ' '.repeat(500),
    '\t\t',
    'true',
    'null',
    'NaN',
    '1e1000',
    '0x10',
    '٣',
    'İ',
    'ﷺ'.repeat(50),
    '👩‍👩‍👧‍👦'.repeat(40),
    'http://169.254.169.254/latest/meta-data',
    'gopher://127.0.0.1:6379/_FLUSHALL',
    'evil.example\u3002com',
    'xn--a.example',
    '*.*',
    '*',
    ',',
    '=',
    '#',
    '?a=b&c',
  ];
  return [...commands, ...paths, ...markup, ...data];
}
