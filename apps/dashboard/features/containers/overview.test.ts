import { createJudge, systemActor } from '@nebula/auth';
import { fakeDocker } from '@nebula/docker/fake';
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
  health: 'none',
  createdAt: '2026-11-01T00:00:00.000Z',
  project: null,
  service: null,
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

test('of containers that were killed only those that ran out of memory need a look', async () => {
  const idOf = (n: number) => String(n).padStart(64, '0');
  const rows = [1, 2, 3].map((n): Container => {
    return {
      ...container,
      id: idOf(n),
      name: `c${n}`,
      state: 'exited',
      status: 'Exited (137) 5 minutes ago',
    };
  });
  const docker = fakeDocker();
  for (const { id, name } of rows.slice(0, 2)) docker.put({ id, name, state: 'exited' });
  const inspect = docker.inspect;
  docker.inspect = async (id) => {
    const detail = await inspect(id);
    return detail === null ? null : { ...detail, isOutOfMemoryKilled: id === idOf(1) };
  };
  const engine = { hostId: 'local', isReachable: true, version: '1', apiVersion: '1', detail: '', since: '' };
  const inventory: Inventory = {
    all: () => rows,
    get: () => undefined,
    engine: () => engine,
    follow: async () => undefined,
  };

  const found = await containersOverview(inventory, docker).attention?.(contextOf());

  expect(found).toEqual([
    {
      id: `containers.out-of-memory.${idOf(1)}`,
      severity: 'critical',
      sentence: 'c1 was killed because it ran out of memory.',
      path: `/containers/${idOf(1)}`,
    },
  ]);
});

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
    write: unused,
  };
}
