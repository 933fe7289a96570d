import type { Clock } from '@nebula/clock';
import { type Page, pageWindow } from '@nebula/contract';
import { newId, type Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import type { Context } from '@nebula/runtime';
import { alerts, Quiet, type Silence } from './contract.ts';
import { shownSilence } from './shown.ts';
import {
  deleteSilence,
  houseValue,
  insertSilence,
  mostSilences,
  putHouseValue,
  type SilenceRow,
  silencesBefore,
} from './store.ts';
import { lookAtWaiting } from './tell-store.ts';

interface Deps {
  clock: Clock;
  /** What is told, or held back, is not as it was. */
  onChange(): void;
}

const minuteMs = 60_000;

/** Quiet hours as they are set; off in the machine's own time zone until somebody sets them. */
export async function quietHours(database: Sql): Promise<Quiet> {
  const stored = await houseValue(database, 'quiet');
  if (stored !== null) return Quiet.parse(JSON.parse(stored));
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return { isOn: false, from: '22:00', to: '07:00', zone: timeZone, letsCriticalThrough: true };
}

/** The verbs about when nobody is told; see README. */
export function createHush({ clock, onChange }: Deps) {
  return {
    quiet: (context: Context): Promise<Quiet> => quietHours(context.sql),

    async changeQuiet(context: Context, quiet: Quiet): Promise<Quiet> {
      const target = { type: 'alert-quiet', id: 'quiet', name: 'Quiet hours' };
      await context.write(alerts.actions['change-quiet'], target, async (change) => {
        change.record({ before: await quietHours(change.sql), after: quiet });
        await putHouseValue(change.sql, 'quiet', JSON.stringify(quiet));
        await lookAtWaiting(change.sql, clock.now());
        change.emit(alerts.events.changed, { what: 'rules', ids: [] });
      });
      onChange();
      return quiet;
    },

    async silences(
      context: Context,
      { limit, cursor }: { limit: number; cursor?: string | undefined },
    ): Promise<Page<Silence>> {
      const rows = await silencesBefore(context.sql, clock.now(), cursor ?? null, limit + 1);
      const { items, next } = pageWindow(rows, limit, (row) => row.id);
      return { items: items.map(shownSilence), next };
    },

    async silence(
      context: Context,
      input: {
        subject: string | null;
        ruleId: string | null;
        reason: string;
        from?: string | undefined;
        minutes: number;
      },
    ): Promise<Silence> {
      const now = clock.now();
      const fromAt = input.from === undefined ? now : new Date(input.from);
      const row: SilenceRow = {
        ...{ id: newId(), subject: input.subject, ruleId: input.ruleId, reason: input.reason, fromAt },
        untilAt: new Date(fromAt.getTime() + input.minutes * minuteMs),
        ...{ createdBy: context.actor.name, createdAt: now },
      };
      const target = { type: 'alert-silence', id: row.id, name: row.subject ?? row.ruleId ?? 'Everything' };
      const silence = await context.write(alerts.actions.silence, target, async (change) => {
        const others = await silencesBefore(change.sql, now, null, mostSilences);
        if (others.length >= mostSilences) {
          throw new AppError('TOO_MANY_SILENCES', `There can be ${mostSilences} at the same time.`);
        }
        await insertSilence(change.sql, row);
        change.record({ after: shownSilence(row) });
        change.emit(alerts.events.changed, { what: 'rules', ids: [] });
        return shownSilence(row);
      });
      onChange();
      return silence;
    },

    async endSilence(context: Context, id: string): Promise<void> {
      await context.write(alerts.actions['end-silence'], { type: 'alert-silence', id }, async (change) => {
        const row = await deleteSilence(change.sql, id);
        if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such mute any more.');
        change.record({ before: shownSilence(row) });
        await lookAtWaiting(change.sql, clock.now());
        change.emit(alerts.events.changed, { what: 'rules', ids: [] });
      });
      onChange();
    },
  };
}
