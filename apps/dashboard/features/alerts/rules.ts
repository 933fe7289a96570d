import type { Clock } from '@nebula/clock';
import { type Page, pageWindow } from '@nebula/contract';
import { newId } from '@nebula/db';
import { AppError } from '@nebula/errors';
import type { Change, Context } from '@nebula/runtime';
import type { Series } from '@nebula/series';
import { alerts, type Rule, type RuleInput } from './contract.ts';
import { kindOf, type KindName } from './contract-kinds.ts';
import { previewRule } from './preview.ts';
import { shownRule } from './shown.ts';
import {
  countRules,
  deleteRule,
  insertRule,
  mostRules,
  openCountsByRule,
  ruleById,
  type RuleRow,
  rulesAfter,
  updateRule,
} from './store.ts';
import type { Watch } from './watch.ts';

interface Deps {
  watch: Watch;
  series: Series;
  clock: Clock;
  hostId: string;
}

/** The verbs about rules; see README. */
export function createRules({ watch, series, clock, hostId }: Deps) {
  function rowOf(input: RuleInput, id: string, createdAt: Date): RuleRow {
    const kind = kindOf(input.kind);
    const isState = kind.unit === 'state';
    const threshold = isState ? kind.threshold : (input.threshold ?? kind.threshold);
    const recover = isState ? kind.recover : (input.recover ?? usualRecover(kind.wrong, threshold, input));
    refuseUpsideDown(kind.wrong, threshold, recover);
    return {
      ...input,
      ...{ id, threshold, recover, forSeconds: input.forSeconds ?? kind.forSeconds },
      ...{ createdAt, updatedAt: clock.now() },
    };
  }

  function usualRecover(wrong: 'above' | 'below', threshold: number, { kind }: RuleInput): number {
    const usual = kindOf(kind).recover;
    return (wrong === 'above' ? usual < threshold : usual > threshold)
      ? usual
      : threshold * (wrong === 'above' ? 0.95 : 1.2);
  }

  async function saved(change: Change, row: RuleRow): Promise<Rule> {
    change.emit(alerts.events.changed, { what: 'rules', ids: [row.id] });
    return shownRule(row, (await openCountsByRule(change.sql)).get(row.id) ?? 0);
  }

  return {
    async list(
      context: Context,
      { limit, cursor }: { limit: number; cursor?: string | undefined },
    ): Promise<Page<Rule>> {
      const rows = await rulesAfter(context.sql, cursor ?? null, limit + 1);
      const open = await openCountsByRule(context.sql);
      const { items, next } = pageWindow(rows, limit, ({ name, id }) => `${name} ${id}`);
      return { items: items.map((row) => shownRule(row, open.get(row.id) ?? 0)), next };
    },

    async add(context: Context, input: RuleInput): Promise<Rule> {
      const row = rowOf(input, newId(), clock.now());
      const target = { type: 'alert-rule', id: row.id, name: row.name };
      const rule = await context.write(alerts.actions['add-rule'], target, async (change) => {
        if ((await countRules(change.sql)) >= mostRules) {
          throw new AppError('TOO_MANY_RULES', `There can be ${mostRules} rules.`);
        }
        await insertRule(change.sql, row);
        change.record({ after: input });
        return await saved(change, row);
      });
      watch.changed();
      return rule;
    },

    async change(context: Context, id: string, input: RuleInput): Promise<Rule> {
      const before = await ruleById(context.sql, id);
      if (before === undefined) throw new AppError('NOT_FOUND', 'There is no such rule.');
      const row = rowOf(input, id, before.createdAt);
      const target = { type: 'alert-rule', id, name: row.name };
      const rule = await context.write(alerts.actions['change-rule'], target, async (change) => {
        await updateRule(change.sql, row);
        change.record({ before: shownRule(before, 0), after: shownRule(row, 0) });
        return await saved(change, row);
      });
      watch.changed();
      return rule;
    },

    async remove(context: Context, id: string): Promise<void> {
      await context.write(alerts.actions['remove-rule'], { type: 'alert-rule', id }, async (change) => {
        const row = await deleteRule(change.sql, id);
        if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such rule any more.');
        change.record({ target: { type: 'alert-rule', id, name: row.name }, before: shownRule(row, 0) });
        change.emit(alerts.events.changed, { what: 'rules', ids: [id] });
      });
      watch.changed();
    },

    async preview(_context: Context, input: RuleInput) {
      const row = rowOf(input, newId(), clock.now());
      return await previewRule(row, watch.values(row.kind), { series, clock, hostId });
    },

    subjects(kind: KindName) {
      const items = watch.values(kind).map(({ subject, name, value }) => ({ subject, name, value }));
      return { items: items.toSorted((a, b) => a.name.localeCompare(b.name)).slice(0, 1000) };
    },
  };
}

function refuseUpsideDown(wrong: 'above' | 'below', threshold: number, recover: number): void {
  if (wrong === 'above' ? recover <= threshold : recover >= threshold) return;
  const message =
    wrong === 'above'
      ? 'It is right again at the same value or a lower one.'
      : 'It is right again at the same value or a higher one.';
  throw new AppError('BAD_INPUT', message, { fields: [{ path: 'body.recover', message }] });
}
