import { expect, test } from 'vitest';
import type { Usage } from './contract.ts';
import { containerMeasures } from './measures.ts';

const usage: Usage = {
  at: '2026-01-01T00:00:00.000Z',
  cpuPercent: 2,
  memoryBytes: 100,
  memoryLimitBytes: null,
  receivedPerSecond: 5,
  sentPerSecond: null,
  readPerSecond: null,
  writtenPerSecond: 0,
};
const web = { id: 'a', name: 'shop-web-1', project: 'shop', service: 'web', state: 'running' as const };

test('containers of one service count together, and what the kernel does not count is left out', () => {
  const measures = containerMeasures([web, { ...web, id: 'b', name: 'shop-web-2' }], () => usage);
  expect(measures).toEqual([
    { subject: 'app/shop/web', metric: 'cpu', value: 4 },
    { subject: 'app/shop/web', metric: 'memory', value: 200 },
    { subject: 'app/shop/web', metric: 'received', value: 10 },
    { subject: 'app/shop/web', metric: 'written', value: 0 },
  ]);
});

test('a container that does not run, or was not read yet, leaves a gap', () => {
  expect(containerMeasures([{ ...web, state: 'exited' }], () => usage)).toEqual([]);
  expect(containerMeasures([web], () => null)).toEqual([]);
});

test('a label that holds line feeds does not make another series of it', () => {
  const measures = containerMeasures([{ ...web, service: 'web\nlocal\ncpu' }], () => usage);
  expect(measures.map(({ subject }) => subject)).toEqual(measures.map(() => 'app/shop/weblocalcpu'));
});
