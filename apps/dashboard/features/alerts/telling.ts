import { userById } from '@nebula/auth';
import type { Clock } from '@nebula/clock';
import type { Database, Sql } from '@nebula/db';
import type { Log } from '@nebula/log';
import { SendError } from '@nebula/notify';
import type { Context } from '@nebula/runtime';

import { postNotice } from '../notices/index.ts';
import { changed, entryOf, gatherMs } from './book.ts';
import { composeMessage } from './compose.ts';
import { alerts } from './contract.ts';
import type { Notifiers } from './notifiers.ts';
import type { QuietHours } from './contract-quiet.ts';
import { type Batch, sortDue } from './sorting.ts';
import { incidentsById, insertEntries, mostSilences, silencesBefore } from './store.ts';
import {
  abandonSending,
  allChannels,
  allDevices,
  changeDeliveries,
  channelById,
  deleteDevice,
  deviceById,
  type DeliveryRow,
  lockDue,
  nextDue,
  type Outcome,
  setOutcome,
} from './tell-store.ts';

interface Deps {
  database: Database;
  clock: Clock;
  log: Log;
  notifiers: Notifiers;
  publicUrl: string | null;
  quiet(database: Sql): Promise<QuietHours>;
  context(): Context;
}

/** Sends what is written down to be sent. */
export interface Telling {
  /** Something new may be due. */
  wake(): void;
  /** Sends until the signal aborts; what is under way is waited for. */
  run(signal: AbortSignal): Promise<void>;
}

/** What came of a batch. */
interface Told extends Outcome {
  /** When it may be tried again; null when it may not. */
  retryAt: Date | null;
  isGone: boolean;
}

const atOnce = 2000;
const mostTries = 6;
const backoffMs = 30_000;
/** While something waits we look at least so often, whatever clocks do. */
const longestWaitMs = 60_000;
const recordAgainMs = 5000;
const interrupted =
  'NebulaCommand ended while this was sent. It may have arrived, so it is not sent again: look there.';

/** See {@link Telling}. A row says `sending` before anything leaves; whoever finds it so later reports it and sends nothing. */
export function createTelling(deps: Deps): Telling {
  const { database, clock, log, notifiers, publicUrl, context } = deps;
  let waking = Promise.withResolvers<void>();

  async function claim(until: Date): Promise<Batch[]> {
    return await database.transaction(async (sql) => {
      const due = await nextDue(sql);
      if (due === null || due > until) return [];
      // What would be due a moment later goes along, so that a wave of alerts is one message.
      const rows = await lockDue(sql, new Date(until.getTime() + gatherMs), atOnce);
      const now = clock.now();
      const sorted = sortDue(rows, {
        incidents: await incidentsOf(sql, rows),
        silences: await silencesBefore(sql, now, null, mostSilences),
        quiet: await deps.quiet(sql),
        targets: await targetsThere(sql),
        now,
      });
      for (const { id, why } of sorted.dropped) {
        await changeDeliveries(sql, [id], { state: 'dropped', detail: why, endedAt: now });
      }
      for (const [time, own] of Map.groupBy(sorted.held, ({ until: end }) => end.getTime())) {
        await changeDeliveries(
          sql,
          own.map(({ id }) => id),
          { dueAt: new Date(time) },
        );
      }
      for (const batch of sorted.batches) {
        const ids = batch.rows.map(({ id }) => id);
        await changeDeliveries(sql, ids, { state: 'sending', batchId: batch.id, isTry: true });
      }
      return sorted.batches;
    });
  }

  async function send(batch: Batch, signal: AbortSignal): Promise<Told> {
    const at = clock.now();
    try {
      const notifier = await open(batch);
      const { zone } = await deps.quiet(database.sql);
      const message = composeMessage(batch.incidents, {
        id: batch.id,
        message: batch.message,
        at,
        zone,
        publicUrl,
      });
      const { detail } = await notifier.send(message, signal);
      return { outcome: 'sent', detail, at: clock.now(), retryAt: null, isGone: false };
    } catch (error) {
      return failureOf(error, batch, signal);
    }
  }

  async function open({ target }: Batch) {
    if (target.kind === 'channel') {
      const row = await channelById(database.sql, target.id);
      if (row !== undefined) return notifiers.ofChannel(row);
    } else {
      const row = await deviceById(database.sql, target.id);
      if (row !== undefined) return await notifiers.ofDevice(database.sql, row);
    }
    throw new SendError('rejected', 'gone', 'The channel is gone.');
  }

  function failureOf(error: unknown, batch: Batch, signal: AbortSignal): Told {
    const at = clock.now();
    if (signal.aborted) return { outcome: 'unknown', detail: interrupted, at, retryAt: null, isGone: false };
    if (!(error instanceof SendError)) {
      log.error({ error, target: batch.target.id }, 'a message could not be made');
      const detail = 'It could not be made: its settings or its secret cannot be read.';
      return { outcome: 'failed', detail, at, retryAt: null, isGone: false };
    }
    const { kind, layer, message: detail, mayHaveArrived, retryAfterSeconds } = error;
    if (mayHaveArrived) return { outcome: 'unknown', detail, at, retryAt: null, isGone: false };
    const tries = Math.max(...batch.rows.map(({ attempts }) => attempts)) + 1;
    const canRetry = (kind === 'unavailable' || kind === 'rate-limited') && tries < mostTries;
    const waitMs = Math.max((retryAfterSeconds ?? 0) * 1000, backoffMs * 2 ** (tries - 1));
    const retryAt = canRetry ? new Date(at.getTime() + waitMs) : null;
    return {
      outcome: 'failed',
      detail,
      at,
      retryAt,
      isGone: layer === 'gone' && batch.target.kind === 'device',
    };
  }

  /** Keeps what came of it, as often as it takes: a message whose end is not kept counts as unknown at the next start. */
  async function record(batch: Batch, told: Told, signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        return await recordOnce(batch, told);
      } catch (error) {
        log.warn(
          { error, target: batch.target.id },
          'what came of a message could not be kept; it is tried again',
        );
        if (signal.aborted) return;
        await clock.sleep(recordAgainMs, signal).catch(() => undefined);
      }
    }
  }

  async function recordOnce({ target, rows, incidents, message }: Batch, told: Told): Promise<void> {
    const { outcome, detail, at, retryAt, isGone } = told;
    const ids = rows.map(({ id }) => id);
    if (retryAt !== null) {
      await database.transaction(async (sql) => {
        await changeDeliveries(sql, ids, { state: 'waiting', dueAt: retryAt, detail });
        await setOutcome(sql, target, { outcome, detail, at });
      });
      return;
    }
    const audited = { type: `alert-${target.kind}`, id: target.id, name: target.name };
    await context().write(alerts.actions.tell, audited, async (change) => {
      await changeDeliveries(change.sql, ids, { state: outcome, detail, endedAt: at });
      const kind = outcome === 'sent' ? 'sent' : outcome === 'failed' ? 'not-sent' : 'unknown';
      await insertEntries(
        change.sql,
        incidents.map(({ id }) => entryOf(id, at, kind, `${target.name}: ${detail}`)),
      );
      if (isGone) await deleteDevice(change.sql, target.id);
      else await setOutcome(change.sql, target, { outcome, detail, at });
      change.record({
        after: { message, outcome, alerts: incidents.slice(0, 20).map(({ summary }) => summary) },
      });
      changed(change, incidents);
      if (outcome !== 'sent' && !isGone) await tellOfTrouble(change.sql, target, told);
    });
  }

  async function abandon(): Promise<void> {
    const now = clock.now();
    const rows = await abandonSending(database.sql, interrupted, now);
    for (const [, own] of Map.groupBy(rows, ({ targetId }) => targetId)) {
      const [first] = own;
      if (first === undefined) continue;
      const target = { kind: first.targetKind, id: first.targetId, name: first.targetName };
      const audited = { type: `alert-${target.kind}`, id: target.id, name: target.name };
      await context().write(alerts.actions.tell, audited, async (change) => {
        const told = { outcome: 'unknown' as const, detail: interrupted, at: now };
        await insertEntries(
          change.sql,
          own.map(({ incidentId }) => entryOf(incidentId, now, 'unknown', `${target.name}: ${interrupted}`)),
        );
        await setOutcome(change.sql, target, told);
        change.record({ after: { outcome: 'unknown', messages: own.length } });
        await tellOfTrouble(change.sql, target, told);
      });
    }
  }

  async function turn(until: Date, signal: AbortSignal): Promise<void> {
    for (;;) {
      const batches = await claim(until);
      if (batches.length === 0) return;
      await Promise.all(batches.map(async (batch) => await record(batch, await send(batch, signal), signal)));
    }
  }

  return {
    wake: () => waking.resolve(),
    async run(signal) {
      await abandon();
      while (!signal.aborted) {
        const woken = waking.promise;
        const due = await nextDue(database.sql);
        const now = clock.now();
        const waitMs =
          due === null ? null : Math.min(longestWaitMs, Math.max(0, due.getTime() - now.getTime()));
        const didSleep = await rest(clock, waitMs, woken, signal);
        if (signal.aborted) return;
        if (!didSleep) waking = Promise.withResolvers<void>();
        // What was slept through has passed, whatever the clock says by then.
        const slept = didSleep && due !== null && waitMs !== null ? now.getTime() + waitMs : 0;
        await turn(new Date(Math.max(slept, clock.now().getTime())), signal);
      }
    },
  };
}

/** Sleeps for `ms` (for good when null) or until woken; whether the time has passed. */
async function rest(
  clock: Clock,
  ms: number | null,
  woken: Promise<void>,
  signal: AbortSignal,
): Promise<boolean> {
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  const stopped = new Promise<'stopped'>((resolve) => {
    if (signal.aborted) resolve('stopped');
    signal.addEventListener('abort', () => resolve('stopped'), { once: true, signal: done.signal });
  });
  const passed =
    ms === null
      ? new Promise<never>(() => undefined)
      : clock.sleep(ms, either).then(
          () => 'passed' as const,
          () => 'stopped' as const,
        );
  const first = await Promise.race([passed, woken.then(() => 'woken' as const), stopped]);
  done.abort();
  return first === 'passed';
}

async function incidentsOf(sql: Sql, rows: readonly DeliveryRow[]) {
  const ids = [...new Set(rows.map(({ incidentId }) => incidentId))];
  return new Map((await incidentsById(sql, ids)).map((row) => [row.id, row]));
}

/** Channels that are on, and browsers of people who may still sign in. */
async function targetsThere(sql: Sql): Promise<ReadonlySet<string>> {
  const there = new Set((await allChannels(sql)).filter(({ isOn }) => isOn).map(({ id }) => id));
  const people = new Map<string, boolean>();
  for (const { id, userId } of await allDevices(sql)) {
    const known = people.get(userId);
    const user = known === undefined ? await userById(sql, userId) : null;
    const isThere = known ?? (user !== null && user !== undefined && user.disabledAt === null);
    people.set(userId, isThere);
    if (isThere) there.add(id);
  }
  return there;
}

/** Once a day and target: the bell is the one way that does not hang on the channel. */
async function tellOfTrouble(
  sql: Sql,
  target: Batch['target'],
  { outcome, detail, at }: Outcome,
): Promise<void> {
  await postNotice(sql, {
    to: { permission: alerts.endpoints.incidents.access },
    kind: 'alerts.not-told',
    level: 'warning',
    subject:
      outcome === 'unknown'
        ? `Nobody knows whether a message reached ${target.name}`
        : `A message could not be sent to ${target.name}`,
    detail,
    href: '/alerts/channels',
    dedupeKey: `alert-${target.kind}:${target.id}:${outcome}:${at.toISOString().slice(0, 10)}`,
    at,
  });
}
