import { z } from 'zod';

/** One option of a call, read from the schema of its query or body. */
export interface Field {
  place: 'query' | 'body';
  /** Name in the contract. */
  name: string;
  /** Name on the command line, without dashes. */
  option: string;
  type: FieldType;
  isRequired: boolean;
  isNullable: boolean;
  /** Never taken from the command line, which other users of the machine can read. */
  isSecret: boolean;
  /** A secret of several lines, such as a key in PEM: alone on standard input it is all of it. */
  isLong: boolean;
  /** What a file holds (`x-file` in the contract): the file is named as an argument of the command. */
  isFile: boolean;
  help: string;
}

/** How the text of an option becomes a value; `list` has a comma between its items. */
export type FieldType =
  | { kind: 'text' }
  | { kind: 'number'; isWhole: boolean }
  | { kind: 'flag' }
  | { kind: 'choice'; choices: string[] }
  | { kind: 'list'; item: ScalarType }
  | { kind: 'json' };

type ScalarType = Exclude<FieldType, { kind: 'list' | 'flag' | 'json' }>;

/** Options that every command has; a field of that name gets a prefix. */
const reserved = new Set([
  'json',
  'quiet',
  'context',
  'insecure',
  'help',
  'version',
  'wait',
  'body',
  'file',
  'all',
  'output',
  'watch',
]);
const secret = /password|passphrase|token|secret|credential|private/i;

/** Longer texts have several lines. */
const longestLine = 4096;

type Json = z.core.JSONSchema.BaseSchema;

/** The fields of a query or body that can be options, in order of declaration; structured ones take JSON. */
export function fieldsOf(place: Field['place'], schema: z.ZodType | undefined): Field[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).flatMap(([name, property]) => {
    if (typeof property === 'boolean') return [];
    const { schema: inner, isNullable } = withoutNull(property);
    const type = typeOf(inner);
    // A flag that people know by another word says so in the contract.
    const chosen = property['x-option'];
    const option = typeof chosen === 'string' ? chosen : kebab(name);
    return [
      {
        place,
        name,
        option: reserved.has(option) ? `${place}-${option}` : option,
        type,
        isRequired: required.includes(name),
        isNullable,
        isSecret: secret.test(name),
        isLong: inner.type === 'string' && (inner.maxLength ?? 0) > longestLine,
        isFile: property['x-file'] === true,
        help: helpOf(name, property, inner, type, required.includes(name)),
      },
    ];
  });
}

/** `expiresInDays` as `expires-in-days`. */
export function kebab(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}

function withoutNull(schema: Json): { schema: Json; isNullable: boolean } {
  const options = (schema.anyOf ?? []).filter((option) => typeof option !== 'boolean');
  const others = options.filter((option) => option.type !== 'null');
  const [only] = others;
  if (only === undefined || others.length > 1 || others.length === options.length) {
    return { schema, isNullable: false };
  }
  return { schema: only, isNullable: true };
}

function typeOf(schema: Json): FieldType {
  if (schema.type === 'boolean') return { kind: 'flag' };
  if (schema.type !== 'array') return scalarOf(schema) ?? { kind: 'json' };
  const items = Array.isArray(schema.items) ? undefined : schema.items;
  if (items === undefined || typeof items === 'boolean') return { kind: 'json' };
  const item = scalarOf(items);
  return item === undefined ? { kind: 'json' } : { kind: 'list', item };
}

function scalarOf(schema: Json): ScalarType | undefined {
  if (schema.type === 'integer' || schema.type === 'number') {
    return { kind: 'number', isWhole: schema.type === 'integer' };
  }
  if (schema.type !== 'string') return undefined;
  const choices = schema.enum?.filter((choice) => typeof choice === 'string');
  return choices === undefined ? { kind: 'text' } : { kind: 'choice', choices };
}

function helpOf(name: string, property: Json, inner: Json, type: FieldType, isRequired: boolean): string {
  const words = property.description ?? inner.description ?? inWords(name);
  const range = [
    inner.minimum === undefined || inner.minimum < -1e15 ? '' : `from ${inner.minimum}`,
    inner.maximum === undefined || inner.maximum > 1e15 ? '' : `to ${inner.maximum}`,
  ].filter((part) => part !== '');
  const facts = [
    isRequired ? 'required' : '',
    type.kind === 'list' ? 'separated by commas' : type.kind === 'json' ? 'as JSON' : '',
    range.join(' '),
    property.default === undefined || property.default === null
      ? ''
      : `default ${JSON.stringify(property.default)}`,
  ].filter((part) => part !== '');
  return facts.length === 0 ? words : `${words} (${facts.join('; ')})`;
}

function inWords(name: string): string {
  const words = kebab(name).replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
