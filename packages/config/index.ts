import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Secret } from './secret.ts';

export { Secret } from './secret.ts';
export { problemWith, type SettingShape, shapeOf, textOf } from './shape.ts';

/** One knob: environment variable, how it is read, and a sentence for people. */
export interface Setting<T> {
  variable: string;
  schema: z.ZodType<T>;
  doc: string;
  isSecret: boolean;
  /** Heading under which people find it. */
  group: string;
  /** `launch`: only the environment gives it, it is needed before anything is open. `stored`: a person may change it in the product. */
  scope: 'launch' | 'stored';
  /** Whether a change works at once or after the next start. */
  applies: 'live' | 'restart';
  /** Whether it decides who gets in, so that a person proves again that it is them before they change it. */
  isProtected: boolean;
}

/** What a setting may say besides what it is. */
export type SettingPlace = Partial<Pick<Setting<unknown>, 'group' | 'scope' | 'applies' | 'isProtected'>>;

/** A named group of settings, declared beside the code that uses them. */
export type Settings = Record<string, Setting<unknown>>;

/** The values of a group of settings. */
export type ValuesOf<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never;
};

/** Declares a setting read from `variable` (or from the file that `<variable>_FILE` names). */
export function setting<T>(
  variable: string,
  schema: z.ZodType<T>,
  doc: string,
  place: SettingPlace = {},
): Setting<T> {
  return { variable, schema, doc, isSecret: false, ...placed(place) };
}

/** Declares a secret setting; its value is a {@link Secret} or null. */
export function secretSetting(
  variable: string,
  doc: string,
  place: SettingPlace = {},
): Setting<Secret | null> {
  const schema = z
    .string()
    .optional()
    .transform((value) => (value === undefined ? null : new Secret(value)));
  return { variable, schema, doc, isSecret: true, ...placed(place) };
}

function placed({
  group = 'General',
  scope = 'launch',
  applies = 'restart',
  isProtected = false,
}: SettingPlace) {
  return { group, scope, applies, isProtected };
}

/** Every problem found while reading settings, one line each; the process should print it and exit 78. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads and validates a group of settings from an environment, and what that leaves out from `stored` texts by variable.
 * Throws one {@link ConfigError} that names all problems.
 */
export function readSettings<S extends Settings>(
  settings: S,
  environment: NodeJS.ProcessEnv = process.env,
  stored: Readonly<Record<string, string>> = {},
): ValuesOf<S> {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, definition] of Object.entries(settings)) {
    const given = valueOf(environment, definition.variable);
    if (given instanceof Error) {
      problems.push(`${definition.variable}_FILE: ${given.message}`);
      continue;
    }
    const result = definition.schema.safeParse(given ?? stored[definition.variable]);
    if (result.success) values[name] = result.data;
    else
      problems.push(
        `${definition.variable}: ${result.error.issues[0]?.message ?? 'is not valid'} (${definition.doc})`,
      );
  }
  if (problems.length > 0) throw new ConfigError(`Settings need attention:\n  ${problems.join('\n  ')}`);
  return Object.freeze(values) as ValuesOf<S>;
}

/** Variables that the environment itself gives. */
export function givenVariables(
  settings: Settings,
  environment: NodeJS.ProcessEnv = process.env,
): ReadonlySet<string> {
  const variables = Object.values(settings).map(({ variable }) => variable);
  return new Set(variables.filter((variable) => valueOf(environment, variable) !== undefined));
}

function valueOf(environment: NodeJS.ProcessEnv, variable: string): string | undefined | Error {
  const file = environment[`${variable}_FILE`];
  const value = file === undefined ? environment[variable] : contentOf(file);
  return value === '' ? undefined : value;
}

function contentOf(file: string): string | Error {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
