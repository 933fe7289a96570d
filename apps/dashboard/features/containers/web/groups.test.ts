import { expect, test } from 'vitest';
import { groupKey, groupRows, hasFailed, linesOf } from './groups.ts';
import type { ContainerRow } from './patch.ts';

let made = 0;
function row(project: string | null, more: Partial<ContainerRow> = {}): ContainerRow {
  made += 1;
  return {
    ...{ id: String(made), hostId: 'local', name: `c${made}`, image: 'x:1', imageId: 'x', status: 'Up' },
    ...{ state: 'running', health: 'none', exitCode: null, isOutOfMemory: false, service: null, app: 'web' },
    ...{ createdAt: '2026-01-01T00:00:00Z', project, ports: [], update: 'unchecked', usage: null },
    ...more,
  };
}

test('projects stand in the order of their first container, those without one last', () => {
  const groups = groupRows([row(null), row('shop'), row('blog'), row('shop')]);

  expect(groups.map(({ project, rows }) => [project, rows.length])).toEqual([
    ['shop', 2],
    ['blog', 1],
    [null, 1],
  ]);
});

test('each container counts once: as running, stopped or in trouble', () => {
  const [group] = groupRows([
    row('p'),
    row('p', { health: 'unhealthy' }),
    row('p', { state: 'restarting', exitCode: 1 }),
    row('p', { state: 'exited', exitCode: 0 }),
    row('p', { state: 'exited', exitCode: 143 }),
    row('p', { state: 'exited', exitCode: 1 }),
    row('p', { state: 'exited', exitCode: 137, isOutOfMemory: true }),
    row('p', { state: 'paused' }),
  ]);

  expect(group).toMatchObject({ running: 1, stopped: 3, trouble: 4 });
});

test('a closed group keeps its head and hides its rows; a project called nothing is not the group without one', () => {
  const groups = groupRows([row('a'), row('b'), row(''), row(null)]);
  const lines = linesOf(groups, new Set(['pa', groupKey({ project: null })]));

  expect(lines.map((line) => (line.kind === 'group' ? line.group.project : line.row.project))).toEqual([
    'a',
    'b',
    'b',
    '',
    '',
    null,
  ]);
});

test.each([
  [null, false],
  [0, false],
  [137, false],
  [143, false],
  [130, false],
  [1, true],
  [139, true],
])('an end with code %s has failed: %s', (code, expected) => {
  expect(hasFailed(code)).toBe(expected);
});
