import { expect, test } from 'vitest';
import { emptyDraft, isBegun, wantedOf } from './draft.ts';

test('an empty form is not begun, and one with name and image asks for nothing else', () => {
  const draft = { ...emptyDraft(), name: ' web ', image: 'nginx' };

  expect(isBegun(emptyDraft())).toBe(false);
  expect(isBegun(draft)).toBe(true);
  expect(wantedOf(draft)).toMatchObject({
    name: 'web',
    image: 'nginx',
    command: [],
    memoryBytes: null,
    cpus: null,
    healthCheck: null,
    restartPolicy: { name: 'unless-stopped', maximumRetries: 0 },
  });
});

test('arguments stand one a line with their blanks, memory in MiB, CPUs with a comma too', () => {
  const wanted = wantedOf({ ...emptyDraft(), command: 'sh\n-c\necho a b\n', memory: '64', cpus: '0,5' });

  expect(wanted).toMatchObject({ command: ['sh', '-c', 'echo a b'], memoryBytes: 67_108_864, cpus: 0.5 });
});

test('rows at the end that nobody filled in are left out, those before stay where they are', () => {
  const variable = (key: number, name: string) => ({ key, name, value: '' });
  const environment = [variable(1, ''), variable(2, 'A'), variable(3, '')];

  expect(wantedOf({ ...emptyDraft(), environment }).environment).toEqual([
    { name: '', value: '' },
    { name: 'A', value: '' },
  ]);
});

test.each([' ', 'x', '1e', '--'])('%o as a port is one that the server refuses', (container) => {
  const ports = [{ key: 1, container, published: '', protocol: 'tcp' as const, address: '127.0.0.1' }];

  expect(wantedOf({ ...emptyDraft(), ports }).ports).toEqual([
    { container: -1, published: null, protocol: 'tcp', address: '127.0.0.1' },
  ]);
});
