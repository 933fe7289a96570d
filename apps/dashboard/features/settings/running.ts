import { problemWith, type Setting, type Settings, textOf } from '@nebula/config';
import type { Sql } from '@nebula/db';
import type { Log } from '@nebula/log';
import type { Vault } from '@nebula/vault';
import { storedValues } from './store.ts';

/** The settings of this process: what is declared, what it runs with, and how a change reaches it. */
export interface RunningSettings {
  declared: Settings;
  /** Variables that the environment gives. */
  environment: ReadonlySet<string>;
  startedAt: Date;
  /** The text this process runs with now; null for nothing and for secrets. */
  running(variable: string): string | null;
  /** Whether this process was started with any value of it, which is all that is told of a secret. */
  wasGiven(variable: string): boolean;
  /** Makes a live setting work with another text. */
  apply(variable: string, text: string | null): void;
}

/** What {@link runningSettings} is made of. */
export interface RunningOptions {
  declared: Settings;
  /** The values the process was started with, by name of the declaration. */
  values: Readonly<Record<string, unknown>>;
  environment: ReadonlySet<string>;
  startedAt: Date;
  /** What to do with a new value of each live setting, by variable. */
  live: Record<string, (value: unknown) => void>;
}

/** Makes {@link RunningSettings}. Throws a TypeError when a live setting has nothing that applies it. */
export function runningSettings(options: RunningOptions): RunningSettings {
  const { declared, values, live } = options;
  const texts = new Map(
    Object.entries(declared).map(([name, { variable }]) => [variable, textOf(values[name])]),
  );
  const given = new Set(
    Object.entries(declared).flatMap(([name, { variable }]) =>
      (values[name] ?? null) === null ? [] : [variable],
    ),
  );
  const settings = byVariable(declared);
  for (const { variable, applies } of settings.values()) {
    if (applies === 'live' && !(variable in live))
      throw new TypeError(`${variable} has nothing that applies it`);
  }
  return {
    declared,
    environment: options.environment,
    startedAt: options.startedAt,
    running: (variable) => texts.get(variable) ?? null,
    wasGiven: (variable) => given.has(variable),
    apply(variable, text) {
      const setting = settings.get(variable);
      if (setting?.applies !== 'live') return;
      const value = setting.schema.parse(text ?? undefined);
      live[variable]?.(value);
      texts.set(variable, textOf(value));
    },
  };
}

/** Declared settings by variable. */
export function byVariable(declared: Settings): Map<string, Setting<unknown>> {
  return new Map(Object.values(declared).map((setting) => [setting.variable, setting]));
}

/**
 * The texts that people stored, secrets opened, for reading the settings at start. What is not valid any more, or cannot
 * be opened, is left out and told: a stored value must never keep the server from starting.
 */
export async function readStoredTexts(
  sql: Sql,
  { declared, vault, log }: { declared: Settings; vault: Vault; log: Log },
): Promise<Record<string, string>> {
  const settings = byVariable(declared);
  const texts: Record<string, string> = {};
  for (const { variable, value } of await storedValues(sql)) {
    const setting = settings.get(variable);
    if (setting === undefined || setting.scope !== 'stored') continue;
    try {
      const text = setting.isSecret ? vault.open(sealName(variable), value) : value;
      const problem = problemWith(setting, text);
      if (problem === null) texts[variable] = text;
      else log.error({ variable, problem }, 'a stored setting is not valid and is not used');
    } catch (error) {
      log.error({ variable, error }, 'a stored secret cannot be opened and is not used');
    }
  }
  return texts;
}

/** Under which name the vault seals a setting. */
export function sealName(variable: string): string {
  return `setting:${variable}`;
}
