import { newId } from '@nebula/db';
import type { ChannelRow, DeliveryRow, DeviceRow } from './tell-store.ts';
import type { IncidentRow, RuleRow } from './store.ts';

const weights = { critical: 2, warning: 1, info: 0 } as const;

/** Messages about incidents, one for each channel and browser that wants them; what is written before anything is sent. */
export function plannedDeliveries(
  incidents: readonly IncidentRow[],
  message: { kind: DeliveryRow['message']; dueAt: Date; turn?: number },
  parts: {
    rules: ReadonlyMap<string, RuleRow>;
    channels: readonly ChannelRow[];
    devices: readonly DeviceRow[];
  },
): DeliveryRow[] {
  return incidents.flatMap((incident) => {
    const chosen = parts.rules.get(incident.ruleId)?.channelIds ?? null;
    const channels = parts.channels.filter(
      ({ id, isOn, leastSeverity }) =>
        isOn &&
        weights[incident.severity] >= weights[leastSeverity] &&
        (chosen === null || chosen.includes(id)),
    );
    return [
      ...channels.map(({ id, name }) => ({ kind: 'channel' as const, id, name })),
      ...parts.devices.map(({ id, name }) => ({ kind: 'device' as const, id, name })),
    ].map((target) => ({
      ...{
        id: newId(),
        incidentId: incident.id,
        targetKind: target.kind,
        targetId: target.id,
        targetName: target.name,
      },
      ...{ message: message.kind, turn: message.turn ?? 0, state: 'waiting' as const, dueAt: message.dueAt },
      ...{ attempts: 0, batchId: null, detail: '', endedAt: null },
    }));
  });
}

/**
 * Messages that it is over: to those who were told that it began, or may have been. Rows of the incidents as they are after
 * what still waited was dropped.
 */
export function overDeliveries(rows: readonly DeliveryRow[], dueAt: Date): DeliveryRow[] {
  return rows
    .filter(
      ({ message, state }) =>
        message === 'firing' && (state === 'sent' || state === 'unknown' || state === 'sending'),
    )
    .map((row) => ({
      ...row,
      ...{ id: newId(), message: 'recovered' as const, state: 'waiting' as const, dueAt },
      ...{ attempts: 0, batchId: null, detail: '', endedAt: null },
    }));
}
