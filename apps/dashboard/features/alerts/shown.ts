import type { Channel, Delivery, Device, Incident, IncidentEntry, Rule, Silence } from './contract.ts';
import type { EntryRow, IncidentRow, RuleRow, SilenceRow } from './store.ts';
import type { ChannelRow, DeliveryRow, DeviceRow } from './tell-store.ts';

const iso = (at: Date | null) => at?.toISOString() ?? null;

export function shownRule({ createdAt: _created, updatedAt, ...row }: RuleRow, open: number): Rule {
  return { ...row, open, updatedAt: updatedAt.toISOString() };
}

export function shownIncident({ remindedAt: _reminded, ...row }: IncidentRow): Incident {
  return {
    ...row,
    openedAt: row.openedAt.toISOString(),
    closedAt: iso(row.closedAt),
    acknowledgedAt: iso(row.acknowledgedAt),
    snoozedUntil: iso(row.snoozedUntil),
  };
}

export function shownEntry({ id, at, kind, detail, actor }: EntryRow): IncidentEntry {
  return { id, at: at.toISOString(), kind, detail, actor };
}

export function shownDelivery({
  id,
  targetName,
  message,
  state,
  dueAt,
  detail,
  endedAt,
}: DeliveryRow): Delivery {
  return {
    id,
    target: targetName,
    message,
    state,
    dueAt: dueAt.toISOString(),
    detail,
    endedAt: iso(endedAt),
  };
}

/** A channel; what it is set up with only for those who may change it, its secrets for nobody. */
export function shownChannel(row: ChannelRow, canChange: boolean): Channel {
  const { id, name, driver, place, reach, isOn, leastSeverity, lastOutcome, lastDetail } = row;
  return {
    ...{ id, name, driver, place, reach, isOn, leastSeverity, lastOutcome, lastDetail },
    settings: canChange ? row.settings : null,
    lastAt: iso(row.lastAt),
  };
}

export function shownDevice(row: DeviceRow): Device {
  const { id, name, place, endpointHash, lastOutcome, lastDetail } = row;
  return {
    ...{ id, name, place, endpointHash, lastOutcome, lastDetail },
    createdAt: row.createdAt.toISOString(),
    lastAt: iso(row.lastAt),
  };
}

export function shownSilence({
  id,
  subject,
  ruleId,
  reason,
  fromAt,
  untilAt,
  createdBy,
}: SilenceRow): Silence {
  return { id, subject, ruleId, reason, createdBy, from: fromAt.toISOString(), until: untilAt.toISOString() };
}
