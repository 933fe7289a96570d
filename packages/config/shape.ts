import { z } from 'zod';
import type { Setting } from './index.ts';
import { Secret } from './secret.ts';

/** What a form needs to know of a setting. */
export interface SettingShape {
  kind: 'text' | 'list' | 'number' | 'flag' | 'choice' | 'secret';
  /** Of a number. */
  minimum: number | null;
  maximum: number | null;
  /** Of a choice. */
  choices: string[];
  /** What holds when nothing is given, as text; null when that is nothing. */
  default: string | null;
}

/** Derives a {@link SettingShape} from a setting's schema. */
export function shapeOf({ schema, isSecret }: Setting<unknown>): SettingShape {
  const none = { minimum: null, maximum: null, choices: [], default: null };
  if (isSecret) return { kind: 'secret', ...none };
  const start = schema.safeParse(undefined);
  const shape = { ...none, default: start.success ? textOf(start.data) : null };
  if (start.success && Array.isArray(start.data)) return { kind: 'list', ...shape };
  const json = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  if (Array.isArray(json.enum)) return { ...shape, kind: 'choice', choices: json.enum.map(String) };
  if (json.type === 'boolean') return { ...shape, kind: 'flag' };
  if (json.type !== 'number' && json.type !== 'integer') return { ...shape, kind: 'text' };
  const { minimum = null, maximum = null } = json;
  // Every integer has the largest safe one as its limit, which tells a person nothing.
  const isReal = maximum !== null && maximum < Number.MAX_SAFE_INTEGER;
  return { ...shape, kind: 'number', minimum, maximum: isReal ? maximum : null };
}

/** A setting's value as the text that gives it; null for nothing and for every secret. */
export function textOf(value: unknown): string | null {
  if (value === undefined || value === null || value instanceof Secret) return null;
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([name, one]) => `${name}=${String(one)}`)
    .join(', ');
}

/** Why a text is not a value of this setting, in a sentence; null when it is one. */
export function problemWith({ schema }: Setting<unknown>, text: string): string | null {
  const result = schema.safeParse(text === '' ? undefined : text);
  return result.success ? null : (result.error.issues[0]?.message ?? 'This is not a valid value.');
}
