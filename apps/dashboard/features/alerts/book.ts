import type { Clock } from '@nebula/clock';
import { newId, type Sql } from '@nebula/db';
import type { Change, Context } from '@nebula/runtime';
import { postNotice } from '../notices/index.ts';
import { alerts } from './contract.ts';
import { silencedUntil } from './rule.ts';
import { deliveriesOf, dropWaiting, insertDeliveries, allChannels, allDevices } from './tell-store.ts';
import {
  allRules,
  closeIncidents,
  type IncidentRow,
  insertEntries,
  insertIncidents,
  mostSilences,
  openIncidents,
  type RuleRow,
  setReminded,
  silencesBefore,
} from './store.ts';
import { overDeliveries, plannedDeliveries } from './targets.ts';
import type { Book, Closing, Firing } from './watch.ts';
import { limitWords, listed, overWords, summaryOf } from './words.ts';

interface Deps {
  sql: Sql;
  clock: Clock;
  hostId: string;
  context(): Context;
  /** Called once something waits to be told. */
  onWaiting(): void;
}

/** What begins together within this time is told together. */
export const gatherMs = 12_000;
/** From so many on the bell tells of them together. */
const manyNotices = 4;
const namedInAudit = 20;
const minuteMs = 60_000;
const levels = { critical: 'danger', warning: 'warning', info: 'info' } as const;

/** Keeps incidents in the database, with who is to be told, in one transaction each. */
export function createBook({ sql, clock, hostId, context, onWaiting }: Deps): Book & {
  /** Tells again of what is open for long and nobody looks after, where its rule says so; whether there was any. */
  remind(open: readonly IncidentRow[]): Promise<boolean>;
} {
  async function open(change: Change, firings: Firing[]): Promise<void> {
    const now = clock.now();
    const rows = await insertIncidents(
      change.sql,
      firings.map((firing) => incidentOf(firing, hostId, now)),
    );
    const details = new Map(
      firings.map(({ rule, condition }) => [`${rule.id} ${condition.subject}`, condition.detail]),
    );
    await insertEntries(
      change.sql,
      rows.map((row) =>
        entryOf(row.id, now, 'fired', details.get(`${row.ruleId} ${row.subject}`) ?? row.summary),
      ),
    );
    await insertDeliveries(change.sql, await planned(change.sql, rows, { kind: 'firing', dueAt: soon(now) }));
    change.record(auditOf(rows));
    changed(change, rows);
    const silences = await silencesBefore(change.sql, now, null, mostSilences);
    await ring(
      change.sql,
      rows.filter((row) => silencedUntil(silences, row, now) === null),
      { kind: 'alerts.opened', wordsOf: (row) => row.summary, levelOf: (row) => levels[row.severity] },
    );
  }

  async function close(change: Change, closings: Closing[]): Promise<void> {
    const now = clock.now();
    const rows: IncidentRow[] = [];
    for (const [closedBy, own] of Map.groupBy(closings, (one) => one.closedBy)) {
      rows.push(
        ...(await closeIncidents(
          change.sql,
          own.map(({ incident }) => incident.id),
          now,
          closedBy,
        )),
      );
    }
    const ids = rows.map(({ id }) => id);
    await insertEntries(
      change.sql,
      rows.map((row) => entryOf(row.id, now, 'closed', overWords(row))),
    );
    await dropWaiting(change.sql, ids, 'It was over before it was told.', now);
    // Nobody needs to hear that a rule is not there any more; whoever changed it knows.
    const told = rows.filter((row) => row.closedBy !== 'rule-changed');
    const before =
      told.length === 0
        ? []
        : await deliveriesOf(
            change.sql,
            told.map(({ id }) => id),
          );
    await insertDeliveries(change.sql, overDeliveries(before, soon(now)));
    change.record(auditOf(rows));
    changed(change, rows);
    await ring(change.sql, told, {
      kind: 'alerts.closed',
      wordsOf: overWords,
      levelOf: () => 'success',
    });
  }

  async function planned(
    database: Sql,
    rows: readonly IncidentRow[],
    message: Parameters<typeof plannedDeliveries>[1],
  ) {
    const rules = new Map((await allRules(database)).map((rule) => [rule.id, rule]));
    return plannedDeliveries(rows, message, {
      rules,
      channels: await allChannels(database),
      devices: await allDevices(database),
    });
  }

  /** Posts to the bell; the event that this appends holds a lock, so it comes last. */
  async function ring(
    database: Sql,
    rows: readonly IncidentRow[],
    looks: {
      kind: string;
      wordsOf(row: IncidentRow): string;
      levelOf(row: IncidentRow): 'danger' | 'warning' | 'info' | 'success';
    },
  ): Promise<void> {
    const { kind, wordsOf, levelOf } = looks;
    const common = { to: { permission: alerts.endpoints.incidents.access }, kind, at: clock.now() } as const;
    if (rows.length >= manyNotices) {
      const [first] = rows.map(levelOf).sort((a, b) => order.indexOf(a) - order.indexOf(b));
      await postNotice(database, {
        ...common,
        level: first ?? 'warning',
        subject: `${rows.length} alerts: ${listed(rows.map(wordsOf))}`,
        href: '/alerts',
        dedupeKey: `${kind}:${rows[0]?.id ?? ''}`,
      });
      return;
    }
    for (const row of rows) {
      await postNotice(database, {
        ...common,
        level: levelOf(row),
        subject: wordsOf(row),
        href: `/alerts/${row.id}`,
        dedupeKey: `${kind}:${row.id}`,
      });
    }
  }

  return {
    rules: () => allRules(sql),
    openIncidents: () => openIncidents(sql),

    async write(opened, closed) {
      if (closed.length > 0) {
        const target = targetOf(closed.map(({ incident }) => incident));
        await context().write(alerts.actions.close, target, (change) => close(change, closed));
      }
      if (opened.length > 0) {
        const target = targetOf(
          opened.map(({ rule, condition }) => ({ id: rule.id, summary: summaryOf(rule.kind, condition) })),
        );
        await context().write(alerts.actions.open, target, (change) => open(change, opened));
      }
      onWaiting();
    },

    async remind(open) {
      if (open.length === 0) return false;
      const now = clock.now();
      const rules = new Map((await allRules(sql)).map((rule) => [rule.id, rule]));
      const due = open.filter((row) => isDue(row, rules.get(row.ruleId), now));
      if (due.length === 0) return false;
      await context().write(alerts.actions.tell, targetOf(due), async (change) => {
        const turn = Math.floor(now.getTime() / minuteMs);
        await setReminded(
          change.sql,
          due.map(({ id }) => id),
          now,
        );
        await insertEntries(
          change.sql,
          due.map(({ id }) => entryOf(id, now, 'reminded', '')),
        );
        await insertDeliveries(
          change.sql,
          await planned(change.sql, due, { kind: 'reminder', dueAt: now, turn }),
        );
        changed(change, due);
      });
      onWaiting();
      return true;
    },
  };
}

const order = ['danger', 'warning', 'info', 'success'];

/** A line of an incident's past. */
export function entryOf(
  incidentId: string,
  at: Date,
  kind: 'fired' | 'closed' | 'reminded' | 'sent' | 'not-sent' | 'unknown' | 'acknowledged' | 'snoozed',
  detail: string,
  actor: string | null = null,
) {
  return { id: newId(), incidentId, at, kind, detail, actor };
}

/** Tells the pages which incidents are not as they were. */
export function changed(change: Change, rows: readonly { id: string }[]): void {
  if (rows.length === 0) return;
  change.emit(alerts.events.changed, { what: 'incidents', ids: rows.slice(0, 20).map(({ id }) => id) });
}

function isDue(row: IncidentRow, rule: RuleRow | undefined, now: Date): boolean {
  if (rule === undefined || rule.remindMinutes === 0 || row.acknowledgedAt !== null) return false;
  // A snooze has a reminder of its own at its end.
  if (row.snoozedUntil !== null && row.snoozedUntil > now) return false;
  const last = Math.max(...[row.openedAt, row.remindedAt, row.snoozedUntil].map((at) => at?.getTime() ?? 0));
  const since = now.getTime() - last;
  return since >= rule.remindMinutes * minuteMs;
}

function soon(now: Date): Date {
  return new Date(now.getTime() + gatherMs);
}

function incidentOf({ rule, condition }: Firing, hostId: string, now: Date): IncidentRow {
  const limit = limitWords(rule.kind, rule.threshold);
  const summary = summaryOf(rule.kind, condition);
  return {
    ...{
      id: newId(),
      hostId,
      ruleId: rule.id,
      ruleName: rule.name,
      kind: rule.kind,
      severity: rule.severity,
    },
    ...{
      subject: condition.subject,
      subjectName: condition.name,
      path: condition.path,
      value: condition.value,
    },
    ...{ summary: limit === '' ? summary : `${summary} (${limit})`, openedAt: now },
    ...{ closedAt: null, closedBy: null, acknowledgedAt: null, acknowledgedBy: null },
    ...{ snoozedUntil: null, remindedAt: null },
  };
}

function auditOf(rows: readonly IncidentRow[]) {
  return {
    after: {
      alerts: rows.slice(0, namedInAudit).map(({ id, summary }) => ({ id, summary })),
      count: rows.length,
    },
  };
}

function targetOf(rows: readonly { id: string; summary: string }[]) {
  const [first] = rows;
  return rows.length === 1 && first !== undefined
    ? { type: 'alert', id: first.id, name: first.summary }
    : { type: 'alerts', id: 'several', name: `${rows.length} alerts` };
}
