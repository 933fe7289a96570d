import { createJudge, systemActor } from '@nebula/auth';
import { createLog } from '@nebula/log';
import type { Context } from '@nebula/runtime';
import { expect, test } from 'vitest';
import type { Container } from './contract.ts';
import type { Inventory } from './inventory.ts';
import { containersOverview, ofContainer } from './overview.ts';

const container: Container = {
  id: 'a'.repeat(64),
  hostId: 'local',
  name: 'web',
  image: 'nginx',
  state: 'running',
  status: 'Up 3 hours',
  imageId: 'sha256:x',
  exitCode: null,
  isOutOfMemory: false,
  update: 'unchecked',
  health: 'none',
  createdAt: '2026-11-01T00:00:00.000Z',
  project: null,
  service: null,
  app: 'web',
  ports: [],
};

test.each<[string, Partial<Container>, [string, string][]]>([
  ['runs', {}, []],
  ['runs and is healthy', { health: 'healthy' }, []],
  ['is starting', { health: 'starting' }, []],
  ['is unhealthy', { health: 'unhealthy' }, [['critical', 'web runs, but its health check fails.']]],
  ['was unhealthy before it was stopped', { state: 'exited', health: 'unhealthy' }, []],
  [
    'starts again and again',
    { state: 'restarting' },
    [['critical', 'web starts and stops again and again.']],
  ],
  ['is dead', { state: 'dead' }, [['warning', 'web is dead: the engine could not remove it.']]],
  ['was stopped by somebody', { state: 'exited', status: 'Exited (0) 2 hours ago' }, []],
])('a container that %s', (_name, change, wanted) => {
  const found = ofContainer({ ...container, ...change });

  expect(found.map(({ severity, sentence }) => [severity, sentence])).toEqual(wanted);
});

test('of many containers that were killed each that ran out of memory needs a look', async () => {
  const rows = Array.from({ length: 30 }, (_, n): Container => {
    const id = String(n).padStart(64, '0');
    const isOutOfMemory = n % 2 === 0;
    return { ...container, id, name: `c${n}`, state: 'exited', exitCode: 137, isOutOfMemory };
  });

  const found = (await containersOverview(inventoryOf(rows)).attention?.(contextOf())) ?? [];

  expect(found).toHaveLength(15);
  expect(found[0]).toEqual({
    id: `containers.out-of-memory.${'0'.repeat(64)}`,
    severity: 'critical',
    code: 'containers.out-of-memory',
    values: { name: 'c0' },
    sentence: 'c0 was killed because it ran out of memory.',
    path: '/apps/web',
  });
});

test('the tile counts as unhealthy what the list shows as such: what runs', async () => {
  const rows: Container[] = [
    { ...container, health: 'unhealthy' },
    { ...container, id: 'b'.repeat(64), state: 'exited', health: 'unhealthy' },
  ];

  const tile = await containersOverview(inventoryOf(rows)).tile?.(contextOf());

  expect(tile).toMatchObject({ total: 2, unhealthy: 1, states: { running: 1, exited: 1 } });
});

function inventoryOf(rows: Container[]): Inventory {
  const engine = { hostId: 'local', isReachable: true, version: '1', apiVersion: '1', detail: '', since: '' };
  return {
    generation: () => 0,
    all: () => rows,
    get: () => undefined,
    engine: () => engine,
    updatesChanged: () => undefined,
    follow: async () => undefined,
  };
}

/** A context without a database: what is asked here reads none. */
function contextOf(): Context {
  const actor = systemActor('test');
  const judge = createJudge(new Map());
  const unused = () => Promise.reject(new Error('not used'));
  return {
    actor,
    log: createLog({ service: 'test', level: 'silent' }),
    signal: new AbortController().signal,
    requestId: 'test',
    get sql(): never {
      throw new Error('not used');
    },
    can: (permission) => judge.can(actor, permission),
    prove: unused,
    write: unused,
  };
}
