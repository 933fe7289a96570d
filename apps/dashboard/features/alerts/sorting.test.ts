import { expect, test } from 'vitest';
import { sortDue } from './sorting.ts';
import type { IncidentRow, SilenceRow } from './store.ts';
import type { DeliveryRow } from './tell-store.ts';

const now = new Date('2026-03-01T12:00:00Z');
const later = new Date('2026-03-01T13:00:00Z');
const quiet = { isOn: false, from: '22:00', to: '07:00', zone: 'UTC', letsCriticalThrough: true };

const incident = (id: string, more: Partial<IncidentRow> = {}): IncidentRow => ({
  ...{
    id,
    hostId: 'local',
    ruleId: 'rule',
    ruleName: 'Rule',
    kind: 'down',
    subject: `app/${id}`,
    subjectName: id,
  },
  ...{ severity: 'warning', summary: `${id} is down`, path: '/', value: 1, openedAt: now, closedAt: null },
  ...{ closedBy: null, acknowledgedAt: null, acknowledgedBy: null, snoozedUntil: null, remindedAt: null },
  ...more,
});
const delivery = (incidentId: string, more: Partial<DeliveryRow> = {}): DeliveryRow => ({
  ...{ id: `${incidentId}-${more.targetId ?? 'hook'}`, incidentId, targetKind: 'channel', targetId: 'hook' },
  ...{
    targetName: 'Hook',
    message: 'firing',
    turn: 0,
    state: 'waiting',
    dueAt: now,
    attempts: 0,
    batchId: null,
  },
  ...{ detail: '', endedAt: null },
  ...more,
});
const silence = (more: Partial<SilenceRow>): SilenceRow => ({
  ...{
    id: 's',
    subject: null,
    ruleId: null,
    reason: '',
    fromAt: now,
    untilAt: later,
    createdBy: 'me',
    createdAt: now,
  },
  ...more,
});

function sort(rows: DeliveryRow[], incidents: IncidentRow[], silences: SilenceRow[] = [], hours = quiet) {
  const { batches, held, dropped } = sortDue(rows, {
    incidents: new Map(incidents.map((one) => [one.id, one])),
    silences,
    quiet: hours,
    targets: new Set(['hook', 'phone']),
    now,
  });
  return {
    batches: batches.map(({ target, message, rows: own }) => [
      target.id,
      message,
      own.map(({ incidentId }) => incidentId),
    ]),
    held: held.map(({ id, until }) => [id, until.toISOString()]),
    dropped: dropped.map(({ id }) => id),
  };
}

test('what is due for one target and says the same is one message', () => {
  const rows = [
    delivery('a'),
    delivery('b'),
    delivery('a', { targetId: 'phone' }),
    delivery('c', { message: 'recovered' }),
  ];
  const over = incident('c', { closedAt: now, closedBy: 'recovered' });
  expect(sort(rows, [incident('a'), incident('b'), over]).batches).toEqual([
    ['hook', 'firing', ['a', 'b']],
    ['phone', 'firing', ['a']],
    ['hook', 'recovered', ['c']],
  ]);
});

test('what is over, looked after, or has no target any more is dropped', () => {
  const rows = [
    delivery('over'),
    delivery('mine', { message: 'reminder' }),
    delivery('gone'),
    delivery('a', { targetId: 'removed' }),
  ];
  const known = [
    incident('over', { closedAt: now }),
    incident('mine', { acknowledgedAt: now }),
    incident('a'),
  ];
  expect(sort(rows, known)).toEqual({
    batches: [],
    held: [],
    dropped: ['over-hook', 'mine-hook', 'gone-hook', 'a-removed'],
  });
});

test('a snooze, a mute and quiet hours hold back until the last of them ends', () => {
  const rows = [delivery('a')];
  const snoozed = incident('a', { snoozedUntil: new Date('2026-03-01T12:30:00Z') });
  expect(sort(rows, [snoozed]).held).toEqual([['a-hook', '2026-03-01T12:30:00.000Z']]);
  expect(sort(rows, [snoozed], [silence({ subject: 'app/a' })]).held).toEqual([
    ['a-hook', later.toISOString()],
  ]);
  const hours = { ...quiet, isOn: true, from: '11:00', to: '14:00' };
  expect(sort(rows, [snoozed], [silence({})], hours).held).toEqual([['a-hook', '2026-03-01T14:00:00.000Z']]);
  expect(sort(rows, [incident('a', { severity: 'critical' })], [], hours).batches).toHaveLength(1);
});

test('a mute is about its subject and its rule only, and only in its time', () => {
  const rows = [delivery('a')];
  const mutes = [
    silence({ subject: 'app/b' }),
    silence({ ruleId: 'other' }),
    silence({ fromAt: later }),
    silence({ untilAt: now }),
  ];
  expect(sort(rows, [incident('a')], mutes).held).toEqual([]);
  expect(sort(rows, [incident('a')], [silence({ ruleId: 'rule' })]).held).toHaveLength(1);
});
