import { problemWith, type Setting, shapeOf } from '@nebula/config';
import type { Action } from '@nebula/contract';
import type { Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import type { Context } from '@nebula/runtime';
import type { Vault } from '@nebula/vault';
import { settings as contract, type SettingView } from './contract.ts';
import { byVariable, type RunningSettings, sealName } from './running.ts';
import { lockValue, putValue, removeValue, type StoredValue, storedValues } from './store.ts';

interface Deps {
  settings: RunningSettings;
  vault: Vault;
  now(): Date;
}

const { actions } = contract;

/** The verbs of settings; see README. */
export function createSettings({ settings, vault, now }: Deps) {
  const declared = byVariable(settings.declared);

  /** The setting if a person may change it here. */
  function editable(variable: string): Setting<unknown> {
    const setting = declared.get(variable);
    if (setting === undefined) throw new AppError('NOT_FOUND', 'There is no such setting.');
    if (setting.scope === 'launch') {
      throw new AppError('SETTING_FIXED', `${variable} is needed at start; only the environment gives it.`);
    }
    if (settings.environment.has(variable)) {
      throw new AppError('SETTING_FIXED', `The environment gives ${variable}; change it there.`);
    }
    return setting;
  }

  function shown(setting: Setting<unknown>, row: StoredValue | null): SettingView {
    const { variable, group, doc, isSecret, scope, applies } = setting;
    const shape = shapeOf(setting);
    const isGiven = settings.environment.has(variable);
    const isStored = !isGiven && scope === 'stored' && row !== null;
    const problem = isStored && !isSecret ? problemWith(setting, row.value) : null;
    const running = settings.running(variable);
    const saved = isStored && !isSecret ? row.value : shape.default;
    const source = isGiven ? 'environment' : isStored ? 'stored' : 'default';
    const isWaiting = isSecret
      ? row === null
        ? settings.wasGiven(variable)
        : row.updatedAt > settings.startedAt
      : problem === null && sameValue(setting, saved, running) === false;
    return {
      ...shape,
      variable,
      group,
      doc,
      applies,
      source,
      problem,
      value: isSecret ? null : isGiven ? running : saved,
      isSet: isGiven || isStored,
      isEditable: scope === 'stored' && !isGiven,
      needsRestart: scope === 'stored' && !isGiven && applies === 'restart' && isWaiting,
      updatedAt: isStored ? row.updatedAt.toISOString() : null,
    };
  }

  /** Locks a setting; throws CONFLICT with what is there when somebody has seen another. */
  async function lockSeen(sql: Sql, setting: Setting<unknown>, seen: string | null | undefined) {
    const row = await lockValue(sql, setting.variable);
    const at = row?.updatedAt.toISOString() ?? null;
    if (seen === undefined || seen === at) return row;
    const { value, updatedAt } = shown(setting, row);
    throw new AppError('CONFLICT', 'Somebody changed this setting in the meantime.', {
      data: { value, updatedAt },
    });
  }

  return {
    async list({ sql }: Context): Promise<{ items: SettingView[] }> {
      const rows = new Map((await storedValues(sql)).map((row) => [row.variable, row]));
      return {
        items: [...declared.values()].map((setting) => shown(setting, rows.get(setting.variable) ?? null)),
      };
    },

    async change(
      context: Context,
      variable: string,
      value: string,
      seen?: string | null,
    ): Promise<SettingView> {
      const setting = editable(variable);
      const problem = value === '' ? 'Enter a value, or reset the setting.' : problemWith(setting, value);
      if (problem !== null) {
        throw new AppError('BAD_INPUT', problem, { fields: [{ path: 'body.value', message: problem }] });
      }
      const row = { variable, value, updatedAt: now() };
      if (setting.isSecret) row.value = vault.seal(sealName(variable), value);
      await context.write(actionFor(setting, actions.change), target(variable), async ({ sql, record }) => {
        const before = await lockSeen(sql, setting, seen);
        await putValue(sql, row);
        record({ before: told(setting, before?.value), after: told(setting, value) });
      });
      settings.apply(variable, value);
      return shown(setting, row);
    },

    async reset(context: Context, variable: string, seen?: string): Promise<SettingView> {
      const setting = editable(variable);
      await context.write(actionFor(setting, actions.reset), target(variable), async ({ sql, record }) => {
        const before = await lockSeen(sql, setting, seen);
        await removeValue(sql, variable);
        record({ before: told(setting, before?.value), after: told(setting, undefined) });
      });
      settings.apply(variable, null);
      return shown(setting, null);
    },
  };
}

function actionFor(setting: Setting<unknown>, action: Action): Action {
  return setting.isProtected ? actions['change-protected'] : action;
}

function target(variable: string) {
  return { type: 'setting', id: variable, name: variable };
}

/** What the audit keeps of a value: of a secret only that there was one. */
function told({ isSecret }: Setting<unknown>, value: string | undefined): { value: string | null } {
  if (value === undefined) return { value: null };
  return { value: isSecret ? '[secret]' : value };
}

/** Whether two texts give the same value, such as `a,b` and `a, b`. */
function sameValue({ schema }: Setting<unknown>, one: string | null, other: string | null): boolean {
  const [left, right] = [one, other].map((text) => schema.safeParse(text ?? undefined));
  return JSON.stringify(left?.data) === JSON.stringify(right?.data);
}
