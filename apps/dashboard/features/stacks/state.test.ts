import type { ContainerSummary } from '@nebula/docker';
import { expect, test } from 'vitest';
import type { Found } from './found.ts';
import { ofStack } from './overview.ts';
import { type Declared, serviceList, stackOf } from './state.ts';

const row = (service: string, more: Partial<ContainerSummary> = {}, hash = service): ContainerSummary => ({
  ...{
    id: service,
    name: `shop-${service}-1`,
    image: 'i',
    imageId: 'x',
    state: 'running',
    status: 'Up 1 hour',
  },
  ...{ health: 'none', createdAt: new Date(0), ports: [] },
  labels: {
    'com.docker.compose.project': 'shop',
    'com.docker.compose.service': service,
    'com.docker.compose.config-hash': hash,
  },
  ...more,
});
const stopped = { state: 'exited', status: 'Exited (137) 1 hour ago' } as const;
const found = (containers: ContainerSummary[], place: Found['place'] = 'managed'): Found => ({
  ...{ name: 'shop', folder: '/srv/shop', place, reason: '', composeFiles: [], containers },
});
const declared = (...names: string[]): Declared => ({
  hashes: new Map(names.map((name) => [name, name])),
  problem: null,
  images: new Map(names.map((name) => [name, 'i'])),
});
const state = (containers: ContainerSummary[], place?: Found['place']) =>
  stackOf(found(containers, place), undefined, 'local').state;
const drift = (containers: ContainerSummary[], files: Declared | undefined) =>
  stackOf(found(containers), files, 'local').drift;

test('a stack runs, runs in part, is stopped, or is not there', () => {
  expect(state([row('web'), row('db')])).toBe('running');
  expect(state([row('web'), row('db', stopped)])).toBe('partly');
  expect(state([row('web', { state: 'restarting' }), row('db')])).toBe('partly');
  expect(state([row('web', stopped), row('db', stopped)])).toBe('stopped');
  expect(state([])).toBe('not-created');
  expect(state([row('web')], 'missing')).toBe('file-missing');
});

test('a task that did its work and ended well is no gap', () => {
  expect(state([row('web'), row('migrate', { state: 'exited', status: 'Exited (0) 1 hour ago' })])).toBe(
    'running',
  );
});

test('what the files say is compared with what runs, service by service', () => {
  expect(drift([row('web')], declared('web'))).toBe('none');
  expect(drift([row('web', {}, 'other')], declared('web'))).toBe('edited');
  expect(drift([row('web')], declared('web', 'db'))).toBe('edited');
  expect(drift([row('web'), row('old')], declared('web'))).toBe('edited');
  expect(drift([], declared('web'))).toBe('none');
  expect(drift([row('web')], { hashes: null, problem: 'x', images: new Map() })).toBe('invalid');
  expect(drift([row('web')], undefined)).toBe('unknown');
});

test('services of the files and of containers stand together, and which were edited is told', () => {
  const list = serviceList(found([row('web', {}, 'other'), row('old')]), declared('web', 'db'));

  expect(
    list.map(({ name, isDeclared, isEdited, containers }) => [name, isDeclared, isEdited, containers.length]),
  ).toEqual([
    ['db', true, false, 0],
    ['old', false, true, 1],
    ['web', true, true, 1],
  ]);
});

test('the overview names a stack that runs only in part, and none that was stopped', () => {
  const one = (containers: ContainerSummary[]) => ofStack(stackOf(found(containers), undefined, 'local'));

  expect(one([row('web'), row('db', stopped)])).toEqual([
    {
      ...{ id: 'stacks.partly.shop', code: 'stacks.partly', severity: 'warning', path: '/stacks/shop' },
      values: { name: 'shop', running: 1, services: 2 },
      sentence: 'Stack shop runs only in part: 1 of 2 services are up.',
    },
  ]);
  expect([one([row('web')]), one([row('web', stopped)]), one([])]).toEqual([[], [], []]);
});
