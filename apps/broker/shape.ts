import type { PathJudge } from './host-paths.ts';
import { foldKey, isObject, type Json, type JsonObject, emptyObject } from './json.ts';
import { type Liftable, liftable } from './liftable.ts';
import { refuse } from './refusal.ts';

/** What a rule may ask while it judges one request. */
export interface Judge {
  /** Notes that the request passes only with a grant that lifts `rule`; `at` names the field. */
  needs(rule: Liftable, at: string): void;
  paths: PathJudge;
  /** The engine's own description of an object, or undefined when there is none. */
  look(kind: 'containers' | 'volumes' | 'networks', name: string): Promise<JsonObject | undefined>;
}

/** Judges one JSON value and answers the value to send on; `at` is its path, for the person who reads a refusal. */
export type Shape = (value: Json, at: string, judge: Judge) => Json | Promise<Json>;

/** An object with exactly these fields, in this spelling. `null` passes: to the engine it means "not given". */
export function object(fields: Record<string, Shape>, unknown: 'refused' | 'kept' = 'refused'): Shape {
  const spelling = new Map(Object.keys(fields).map((key) => [foldKey(key), key]));
  return async (value, at, judge) => {
    if (!isObject(value)) return wrong(at, 'an object');
    const out = emptyObject();
    for (const [key, item] of Object.entries(value)) {
      const where = at === '' ? key : `${at}.${key}`;
      const shape = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (shape !== undefined) {
        out[key] = item === null ? null : await shape(item, where, judge);
      } else if (unknown === 'kept') {
        out[key] = item;
      } else {
        const known = spelling.get(foldKey(key));
        refuse(
          known === undefined
            ? `${where} is not a field the broker knows.`
            : `${where} must be spelled ${known}.`,
          where,
        );
      }
    }
    return out;
  };
}

/** The same shape under several field names, separated by spaces. */
export function each(names: string, shape: Shape): Record<string, Shape> {
  return Object.fromEntries(names.split(' ').map((name) => [name, shape]));
}

/** A list of at most 4096 values of one shape. */
export function list(shape: Shape): Shape {
  return async (value, at, judge) => {
    if (!Array.isArray(value)) return wrong(at, 'a list');
    if (value.length > 4096) return wrong(at, 'shorter than 4096 entries');
    const out: Json[] = [];
    for (const [index, item] of value.entries()) out.push(await shape(item, `${at}[${index}]`, judge));
    return out;
  };
}

/** An object whose keys are names of the caller's choice. */
export function map(key: RegExp, shape: Shape): Shape {
  return async (value, at, judge) => {
    if (!isObject(value)) return wrong(at, 'an object');
    const out = emptyObject();
    for (const [name, item] of Object.entries(value)) {
      if (!key.test(name))
        refuse(`${at} has the key ${JSON.stringify(name)}, which has no meaning there.`, at);
      out[name] = await shape(item, `${at}.${name}`, judge);
    }
    return out;
  };
}

/** A text that the expression matches whole. */
export function text(pattern: RegExp, what = 'such a text'): Shape {
  return (value, at) => (typeof value === 'string' && pattern.test(value) ? value : wrong(at, what));
}

/** Any text; the JSON parser has already refused NUL. */
export const anyText: Shape = (value, at) => (typeof value === 'string' ? value : wrong(at, 'a text'));

/** true or false. */
export const flag: Shape = (value, at) => (typeof value === 'boolean' ? value : wrong(at, 'true or false'));

/** A whole number. */
export const whole: Shape = (value, at) => (typeof value === 'number' ? value : wrong(at, 'a whole number'));

/** One of these values. */
export function only(...values: Json[]): Shape {
  return (value, at) =>
    values.includes(value) ? value : wrong(at, values.map((known) => JSON.stringify(known)).join(' or '));
}

/** `[]`, `{}`, '', 0, false or null: the field is there but asks for nothing. */
export function isNeutral(value: Json): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return !value;
}

/** A field that must ask for nothing; no grant changes that. */
export const neutral: Shape = (value, at) => (isNeutral(value) ? value : wrong(at, 'empty'));

/** Passes when `isHarmless` says so; anything else needs a grant that lifts `rule`. */
export function unless(isHarmless: (value: Json) => boolean, rule: Liftable): Shape {
  return (value, at, judge) => {
    if (!isHarmless(value)) judge.needs(rule, at);
    return value;
  };
}

/** A field that asks for power: only its neutral value passes without a grant. */
export function power(rule: Liftable): Shape {
  return unless(isNeutral, rule);
}

/** A sentence about a rule that a grant would have to lift. */
export function sentence(rule: Liftable, at: string): string {
  return `${at}: ${liftable[rule]} [${rule}].`;
}

/** Refuses a value that has the wrong type or grammar. */
export function wrong(at: string, what: string): never {
  refuse(`${at || 'The body'} must be ${what}.`, at);
}
