import type { Clock } from '@nebula/clock';
import { type Page, pageWindow } from '@nebula/contract';
import type { Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import type { Context } from '@nebula/runtime';
import { changed, entryOf } from './book.ts';
import { alerts, type Delivery, type Incident, type IncidentEntry } from './contract.ts';
import { shownDelivery, shownEntry, shownIncident } from './shown.ts';
import {
  acknowledgeIncidents,
  allRules,
  entriesOf,
  incidentById,
  type IncidentFilter,
  type IncidentRow,
  incidentsBefore,
  insertEntries,
  openCounts,
  snoozeIncident,
} from './store.ts';
import {
  allChannels,
  allDevices,
  deliveriesOfOne,
  type DeliveryRow,
  dropReminders,
  insertDeliveries,
  lookAtWaiting,
} from './tell-store.ts';
import { plannedDeliveries } from './targets.ts';

interface Deps {
  clock: Clock;
  /** What is told, or held back, is not as it was. */
  onChange(): void;
}

const minuteMs = 60_000;

/** The verbs about alerts themselves; see README. */
export function createIncidents({ clock, onChange }: Deps) {
  return {
    async summary(context: Context) {
      const counts = { critical: 0, warning: 0, info: 0, unacknowledged: 0 };
      for (const { severity, isAcknowledged, number } of await openCounts(context.sql)) {
        counts[severity] += number;
        if (!isAcknowledged) counts.unacknowledged += number;
      }
      return counts;
    },

    async list(
      context: Context,
      { limit, cursor, ...filter }: IncidentFilter & { limit: number; cursor?: string | undefined },
    ): Promise<Page<Incident>> {
      const rows = await incidentsBefore(context.sql, filter, cursor ?? null, limit + 1);
      const { items, next } = pageWindow(rows, limit, (row) => row.id);
      return { items: items.map(shownIncident), next };
    },

    async get(
      context: Context,
      id: string,
    ): Promise<Incident & { entries: IncidentEntry[]; deliveries: Delivery[] }> {
      const row = await incidentById(context.sql, id);
      if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such alert.');
      return {
        ...shownIncident(row),
        entries: (await entriesOf(context.sql, id)).map(shownEntry),
        deliveries: (await deliveriesOfOne(context.sql, id)).map(shownDelivery),
      };
    },

    async acknowledge(context: Context, ids: string[]): Promise<{ acknowledged: number }> {
      const target = { type: 'alerts', id: ids.length === 1 ? (ids[0] ?? '') : 'several' };
      const acknowledged = await context.write(alerts.actions.acknowledge, target, async (change) => {
        const now = clock.now();
        const rows = await acknowledgeIncidents(change.sql, ids, context.actor.name, now);
        await insertEntries(
          change.sql,
          rows.map(({ id }) => entryOf(id, now, 'acknowledged', '', context.actor.name)),
        );
        change.record({ after: { alerts: rows.slice(0, 20).map(({ summary }) => summary) } });
        changed(change, rows);
        return rows.length;
      });
      onChange();
      return { acknowledged };
    },

    /** Nobody is told until then; whoever would have been is told then, if it is still wrong. */
    async snooze(context: Context, id: string, minutes: number): Promise<Incident> {
      const found = await incidentById(context.sql, id);
      if (found === undefined) throw new AppError('NOT_FOUND', 'There is no such alert.');
      const target = { type: 'alert', id, name: found.summary };
      const row = await context.write(alerts.actions.snooze, target, async (change) => {
        const now = clock.now();
        const until = minutes === 0 ? null : new Date(now.getTime() + minutes * minuteMs);
        const snoozed = await snoozeIncident(change.sql, id, until);
        if (snoozed === undefined) throw new AppError('INCIDENT_CLOSED', 'This alert is over already.');
        const detail = until === null ? '' : until.toISOString();
        await insertEntries(change.sql, [entryOf(id, now, 'snoozed', detail, context.actor.name)]);
        await dropReminders(change.sql, id, now);
        if (until === null) await lookAtWaiting(change.sql, now);
        else await insertDeliveries(change.sql, await tellAgainAt(change.sql, snoozed, until));
        change.record({ after: { until: until?.toISOString() ?? null } });
        changed(change, [snoozed]);
        return snoozed;
      });
      onChange();
      return shownIncident(row);
    },
  };
}

/** Messages for the end of a snooze; whoever has not heard of it at all yet hears of it then anyway. */
async function tellAgainAt(sql: Sql, incident: IncidentRow, until: Date): Promise<DeliveryRow[]> {
  const waiting = (await deliveriesOfOne(sql, incident.id)).filter(({ state }) => state === 'waiting');
  const rules = new Map((await allRules(sql)).map((rule) => [rule.id, rule]));
  const parts = { rules, channels: await allChannels(sql), devices: await allDevices(sql) };
  const message = { kind: 'reminder', dueAt: until, turn: Math.floor(until.getTime() / minuteMs) } as const;
  return plannedDeliveries([incident], message, parts).filter(
    ({ targetId }) => !waiting.some((row) => row.targetId === targetId),
  );
}
