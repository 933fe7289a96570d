import type { FieldProblem } from '@nebula/errors';
import type { z } from 'zod';
import { usage } from '../failure.ts';
import type { Field, FieldType } from './fields.ts';

/** What a call sends. */
export interface CallInput {
  params: Record<string, string>;
  query: Record<string, unknown>;
  body: unknown;
}

/** The value that the text of an option stands for. Throws a usage failure that names the option. */
export function valueOf(field: Field, text: string): unknown {
  const { type } = field;
  if (type.kind === 'list') {
    const parts = text === '' ? [] : text.split(',').map((part) => part.trim());
    return parts.map((part) => scalar(field, type.item, part));
  }
  if (type.kind === 'json') return json(field, text);
  if (type.kind === 'flag') return text === 'true';
  return scalar(field, type, text);
}

function scalar(
  field: Field,
  type: Exclude<FieldType, { kind: 'list' | 'flag' | 'json' }>,
  text: string,
): unknown {
  if (type.kind === 'text') return text;
  if (type.kind === 'choice') {
    if (type.choices.includes(text)) return text;
    return refuse(field, `must be one of ${type.choices.join(', ')}, not ${JSON.stringify(text)}`);
  }
  // Decimal only: `Number` would also take hexadecimal, blanks and the empty text.
  const value = /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value) || (type.isWhole && !Number.isInteger(value))) {
    return refuse(field, `must be a ${type.isWhole ? 'whole ' : ''}number, not ${JSON.stringify(text)}`);
  }
  return value;
}

function json(field: Field, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A plain word where several kinds may stand; the schema decides.
    if (/^[^[{"]/.test(text)) return text;
    return refuse(field, `must be JSON, not ${JSON.stringify(text.slice(0, 40))}`);
  }
}

function refuse(field: Field, why: string): never {
  const message = `--${field.option} ${why}.`;
  throw usage(message, { fields: [{ path: `${field.place}.${field.name}`, message }] });
}

/** Adds the options to what `--body` gave; an option wins. */
export function mergeBody(given: unknown, fields: Record<string, unknown>): unknown {
  if (Object.keys(fields).length === 0) return given;
  if (given === undefined) return fields;
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return { ...given, ...fields };
  throw usage('--body is not a JSON object, so no further options can be added to it.');
}

/**
 * Proves the input with the schemas of the contract before anything is sent. Throws a usage failure with every field that is
 * wrong, named as on the command line.
 */
export function prove(
  schemas: { params?: z.ZodType | undefined; query?: z.ZodType | undefined; body?: z.ZodType | undefined },
  input: CallInput,
  fields: Field[],
): void {
  const problems: FieldProblem[] = [];
  for (const part of ['params', 'query', 'body'] as const) {
    const result = schemas[part]?.safeParse(input[part]);
    if (result === undefined || result.success) continue;
    for (const issue of result.error.issues) {
      problems.push({ path: [part, ...issue.path.map(String)].join('.'), message: issue.message });
    }
  }
  const [first] = problems;
  if (first === undefined) return;
  throw usage(`${onCommandLine(first.path, fields)}: ${first.message}`, { fields: problems });
}

function onCommandLine(path: string, fields: Field[]): string {
  const [place = '', name = ''] = path.split('.');
  const field = fields.find((known) => known.place === place && known.name === name);
  if (field !== undefined) return `--${field.option}${field.isSecret ? '-stdin' : ''}`;
  return place === 'params' ? name.toUpperCase() : path;
}
