import { canonicalJson, type Json, JsonError, isObject, parseJson } from './json.ts';
import { refuse } from './refusal.ts';

/** Judges the decoded value of one query parameter and answers the value to send on. */
export type QueryRule = (value: string, name: string) => string;

/** A switch, written as the engine reads it: '', 0, no, false and none are off. Sent on as 1 or 0. */
export const onOff: QueryRule = (value, name) => {
  if (['1', 'true', 'True'].includes(value)) return '1';
  if (['', '0', 'false', 'False'].includes(value)) return '0';
  return wrongQuery(name, 'true or false');
};

/** A text that the expression matches whole. */
export function like(pattern: RegExp, what: string): QueryRule {
  return (value, name) => (pattern.test(value) ? value : wrongQuery(name, what));
}

/** Only these values. */
export function oneOf(...values: string[]): QueryRule {
  return (value, name) =>
    values.includes(value) ? value : wrongQuery(name, values.map((known) => `"${known}"`).join(' or '));
}

export const count: QueryRule = like(/^-?\d{1,15}$/, 'a whole number');
/** A name of a container, network or volume; Docker's own programs write a container's name with a slash before it. */
export const name: QueryRule = like(/^\/?[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'a name');
/** Name of an image, tag or digest. */
export const image: QueryRule = like(/^[A-Za-z0-9][A-Za-z0-9_.:@/-]*$/, "an image's name");
export const moment: QueryRule = like(/^[0-9A-Za-z.:+-]*$/, 'a time');
export const signal: QueryRule = like(/^[A-Z0-9+-]*$/i, 'a signal');
export const keys: QueryRule = like(/^[a-z0-9,@^[\]\\_-]*$/i, 'a key sequence');
export const platform: QueryRule = like(/^[a-z0-9/_.-]*$/i, 'a platform');
export const anything: QueryRule = (value) => value;

/** A JSON object of lists of texts or of switches by text, as Docker's `filters` are. */
export const filters: QueryRule = (value, name) => {
  if (value === '') return '';
  const parsed = json(value, name);
  const isFilter = (item: Json): boolean =>
    Array.isArray(item)
      ? item.every((text) => typeof text === 'string')
      : isObject(item) && Object.values(item).every((on) => typeof on === 'boolean');
  if (!isObject(parsed) || !Object.values(parsed).every(isFilter)) return wrongQuery(name, 'a filter');
  return canonicalJson(parsed);
};

/** A JSON object of texts (or null values), such as build arguments. */
export const textMap: QueryRule = (value, name) => {
  const parsed = json(value, name);
  const isFine =
    parsed === null ||
    (isObject(parsed) && Object.values(parsed).every((item) => item === null || typeof item === 'string'));
  return isFine ? JSON.stringify(parsed) : wrongQuery(name, 'an object of texts');
};

/** A JSON list of texts. */
export const textList: QueryRule = (value, name) => {
  const parsed = json(value, name);
  const isFine =
    parsed === null || (Array.isArray(parsed) && parsed.every((item) => typeof item === 'string'));
  return isFine ? JSON.stringify(parsed) : wrongQuery(name, 'a list of texts');
};

/** A JSON list or object that must be empty. */
export const emptyJson: QueryRule = (value, name) =>
  ['', 'null', '[]', '{}'].includes(value) ? value : wrongQuery(name, 'empty');

function json(value: string, name: string): Json {
  try {
    return parseJson(value, 'exact');
  } catch (error) {
    if (error instanceof JsonError) return wrongQuery(name, `good JSON (${error.message})`);
    throw error;
  }
}

function wrongQuery(name: string, what: string): never {
  refuse(`The parameter ${name} must be ${what}.`, name);
}
