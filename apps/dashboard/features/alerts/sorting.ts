import { newId } from '@nebula/db';
import { type QuietHours, quietUntil } from './contract-quiet.ts';
import { silencedUntil } from './rule.ts';
import type { IncidentRow, SilenceRow } from './store.ts';
import type { DeliveryRow } from './tell-store.ts';

/** Messages of one kind to one target, sent as one. */
export interface Batch {
  id: string;
  target: { kind: 'channel' | 'device'; id: string; name: string };
  message: DeliveryRow['message'];
  rows: DeliveryRow[];
  incidents: IncidentRow[];
}

/** What becomes of messages that are due. */
export interface Sorted {
  batches: Batch[];
  /** Not now, but then. */
  held: { id: string; until: Date }[];
  /** Not at all, and why. */
  dropped: { id: string; why: string }[];
}

/** Says of each message that is due whether it is sent now, later or not at all; pure. */
export function sortDue(
  rows: readonly DeliveryRow[],
  facts: {
    incidents: ReadonlyMap<string, IncidentRow>;
    silences: readonly SilenceRow[];
    quiet: QuietHours;
    /** Targets that are there and on. */
    targets: ReadonlySet<string>;
    now: Date;
  },
): Sorted {
  const sorted: Sorted = { batches: [], held: [], dropped: [] };
  const byTarget = new Map<string, Batch>();
  for (const row of rows) {
    const incident = facts.incidents.get(row.incidentId);
    const why = dropReason(row, incident, facts.targets);
    if (incident === undefined || why !== null) {
      sorted.dropped.push({ id: row.id, why: why ?? 'Its alert is gone.' });
      continue;
    }
    const until = holdUntil(row, incident, facts);
    if (until !== null) {
      sorted.held.push({ id: row.id, until });
      continue;
    }
    const key = `${row.targetId} ${row.message}`;
    let batch = byTarget.get(key);
    if (batch === undefined) {
      const target = { kind: row.targetKind, id: row.targetId, name: row.targetName };
      batch = { id: newId(), target, message: row.message, rows: [], incidents: [] };
      byTarget.set(key, batch);
      sorted.batches.push(batch);
    }
    batch.rows.push(row);
    batch.incidents.push(incident);
  }
  return sorted;
}

function dropReason(
  { message, targetId }: DeliveryRow,
  incident: IncidentRow | undefined,
  targets: ReadonlySet<string>,
): string | null {
  if (incident === undefined) return 'Its alert is gone.';
  if (!targets.has(targetId)) return 'The channel is gone or off.';
  if (message !== 'recovered' && incident.closedAt !== null) return 'It was over before it was told.';
  if (message === 'reminder' && incident.acknowledgedAt !== null) return 'Somebody looks after it.';
  return null;
}

function holdUntil(
  { message }: DeliveryRow,
  incident: IncidentRow,
  { silences, quiet, now }: { silences: readonly SilenceRow[]; quiet: QuietHours; now: Date },
): Date | null {
  const { snoozedUntil } = incident;
  const isSnoozed = message !== 'recovered' && snoozedUntil !== null && snoozedUntil > now;
  const ends = [
    isSnoozed ? snoozedUntil : null,
    silencedUntil(silences, incident, now),
    quietUntil(quiet, incident.severity === 'critical', now),
  ].filter((end) => end !== null);
  return ends.length === 0 ? null : new Date(Math.max(...ends.map((end) => end.getTime())));
}
