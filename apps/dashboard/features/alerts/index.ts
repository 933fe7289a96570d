import { join } from 'node:path';
import { repeat } from '@nebula/clock';
import type { Sql } from '@nebula/db';
import { defineChore } from '@nebula/jobs';
import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { createBook } from './book.ts';
import { createChannels } from './channels.ts';
import { alerts, type Incident } from './contract.ts';
import { createDevices } from './devices.ts';
import { createFullness } from './fullness.ts';
import { createHush, quietHours } from './hush.ts';
import { createIncidents } from './incidents.ts';
import { alertMarkers } from './markers.ts';
import { createNotifiers } from './notifiers.ts';
import { alertsOverview } from './overview.ts';
import { isPublicPushHost } from './push-hosts.ts';
import { lookEveryMs } from './rule.ts';
import { createRules } from './rules.ts';
import { shownIncident } from './shown.ts';
import { incidentsWithin, removeIncidentsBefore, removeSilencesBefore } from './store.ts';
import { createTelling } from './telling.ts';
import { createWatch } from './watch.ts';

const hostId = 'local';
const dayMs = 86_400_000;
const keepDays = 365;
const mostInSpan = 500;

/** Alerts that were open at some time of a span, oldest first, 500 at most; of these subjects when they are given. */
export async function alertsWithin(
  sql: Sql,
  span: { hostId: string; from: Date; to: Date; subjects?: string[] },
): Promise<Incident[]> {
  return (await incidentsWithin(sql, span.hostId, span, mostInSpan)).map(shownIncident);
}

export const alertsFeature = defineFeature<Resources, typeof alerts>({
  contract: alerts,
  migrations: [{ id: 'alerts', dir: join(import.meta.dirname, 'migrations'), after: ['auth'] }],
  setUp(resources) {
    const { clock, conditions, database, log, outbound, publicUrl, pushHosts, series, systemContext, vault } =
      resources;
    const always = new AbortController().signal;
    const context = () => systemContext('alerts', always);
    const notifiers = createNotifiers({ vault, outbound, clock, publicUrl, isPublicPushHost });
    const telling = createTelling({
      ...{ database, clock, log, notifiers, publicUrl, context },
      quiet: quietHours,
    });
    const book = createBook({ sql: database.sql, clock, hostId, context, onWaiting: telling.wake });
    const fullness = createFullness({ series, clock, hostId });
    const watch = createWatch({ sources: conditions, fullness, book, clock, log });
    const onChange = () => {
      watch.changed();
      telling.wake();
    };
    const incidents = createIncidents({ clock, onChange });
    const rules = createRules({ watch, series, clock, hostId });
    const channels = createChannels({ vault, notifiers, clock, publicUrl });
    const devices = createDevices({ vault, notifiers, clock, publicUrl, pushHosts });
    const hush = createHush({ clock, onChange });
    const clean = defineChore('alerts.remove-old', async () => {
      const now = clock.now().getTime();
      await removeIncidentsBefore(database.sql, new Date(now - keepDays * dayMs));
      await removeSilencesBefore(database.sql, new Date(now - dayMs));
    });

    async function look(signal: AbortSignal): Promise<void> {
      try {
        await watch.look(signal);
        if (await book.remind(watch.open())) watch.changed();
      } catch (error) {
        // What is not written stays to be written; the next look tries again.
        if (!signal.aborted) log.warn({ error }, 'alerts could not be judged');
      }
    }

    return {
      routes: {
        summary: (own) => incidents.summary(own),
        incidents: (own, { query }) => incidents.list(own, query),
        incident: (own, { params }) => incidents.get(own, params.id),
        acknowledge: (own, { body }) => incidents.acknowledge(own, body.ids),
        snooze: (own, { params, body }) => incidents.snooze(own, params.id, body.minutes),
        rules: (own, { query }) => rules.list(own, query),
        addRule: (own, { body }) => rules.add(own, body),
        changeRule: (own, { params, body }) => rules.change(own, params.id, body),
        removeRule: (own, { params }) => rules.remove(own, params.id).then(() => undefined),
        preview: (own, { body }) => rules.preview(own, body),
        subjects: async (_own, { query }) => rules.subjects(query.kind),
        channels: (own, { query }) => channels.list(own, query),
        addChannel: (own, { body }) => channels.add(own, body),
        changeChannel: (own, { params, body }) => channels.change(own, params.id, body),
        removeChannel: (own, { params }) => channels.remove(own, params.id).then(() => undefined),
        tryChannel: (own, { params }) => channels.try(own, params.id),
        quiet: (own) => hush.quiet(own),
        changeQuiet: (own, { body }) => hush.changeQuiet(own, body),
        silences: (own, { query }) => hush.silences(own, query),
        silence: (own, { body }) => hush.silence(own, body),
        endSilence: (own, { params }) => hush.endSilence(own, params.id).then(() => undefined),
        devices: (own) => devices.list(own),
        addDevice: (own, { body }) => devices.add(own, body),
        removeDevice: (own, { params }) => devices.remove(own, params.id).then(() => undefined),
        tryDevice: (own, { params }) => devices.try(own, params.id),
      },
      jobs: [clean],
      schedules: [{ job: clean, every: '24h' }],
      overview: alertsOverview,
      markers: alertMarkers((sql, span) => alertsWithin(sql, { hostId, ...span })),
      work: async (signal) => {
        await Promise.all([telling.run(signal), repeat(clock, lookEveryMs, signal, () => look(signal))]);
      },
    };
  },
});
