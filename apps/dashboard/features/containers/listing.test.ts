import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Container, Usage } from './contract.ts';
import { type ListQuery, pageOfContainers } from './listing.ts';

function container(n: number, change: Partial<Container> = {}): Container {
  return {
    id: n.toString(16).padStart(64, '0'),
    hostId: 'local',
    name: `c${String(n % 7).padStart(3, '0')}`,
    image: 'x:1',
    imageId: 'sha256:x',
    state: 'running',
    status: 'Up',
    health: 'none',
    exitCode: null,
    isOutOfMemory: false,
    createdAt: '2026-01-01T00:00:00.000Z',
    project: null,
    service: null,
    app: 'web',
    ports: [],
    update: 'unchecked',
    ...change,
  };
}

const usage = (cpuPercent: number, memoryBytes: number): Usage => ({
  ...{ at: '2026-01-01T00:00:00.000Z', cpuPercent, memoryBytes, memoryLimitBytes: null },
  ...{ receivedPerSecond: null, sentPerSecond: null, readPerSecond: null, writtenPerSecond: null },
});
const byName = (rows: Container[]) =>
  [...rows].sort((one, other) => (one.name + one.id < other.name + other.id ? -1 : 1));

test('every order walks through all rows once, page by page', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 40 }),
      fc.constantFrom('name', 'cpu', 'memory', 'state'),
      fc.integer({ min: 1, max: 9 }),
      (figures, sort: ListQuery['sort'], limit) => {
        const rows = byName(
          figures.map((_, n) => container(n, { state: n % 3 === 0 ? 'exited' : 'running' })),
        );
        const usages = new Map(
          rows.map(({ id }, n) => [id, usage(figures[n]?.[0] ?? 0, figures[n]?.[1] ?? 0)]),
        );
        const seen: Container[] = [];
        for (let cursor: string | undefined, more = true; more; ) {
          const page = pageOfContainers(rows, { limit, sort, cursor }, (id) => usages.get(id) ?? null);
          seen.push(...page.items);
          cursor = page.next ?? undefined;
          more = page.next !== null;
        }

        expect(new Set(seen.map(({ id }) => id)).size).toBe(rows.length);
        expect(seen).toHaveLength(rows.length);
        const cpu = seen.map(({ id }) => usages.get(id)?.cpuPercent ?? 0);
        if (sort === 'cpu') expect(cpu).toEqual([...cpu].sort((one, other) => other - one));
      },
    ),
  );
});

test('by state those that need eyes come first, and those without figures come last by use', () => {
  const rows = [
    container(1, { name: 'a', state: 'running' }),
    container(2, { name: 'b', state: 'exited' }),
    container(3, { name: 'c', state: 'restarting' }),
  ];
  const names = (sort: ListQuery['sort']) =>
    pageOfContainers(rows, { limit: 9, sort }, (id) => (id === rows[2]?.id ? usage(0, 0) : null)).items.map(
      ({ name }) => name,
    );

  expect(names('state')).toEqual(['c', 'b', 'a']);
  expect(names('cpu')).toEqual(['c', 'a', 'b']);
});

test('health, project and update narrow the list', () => {
  const rows = [
    container(1, { health: 'unhealthy', project: 'shop' }),
    container(2, { health: 'unhealthy', state: 'exited' }),
    container(3, { update: 'available' }),
  ];
  const ids = (query: Partial<ListQuery>) =>
    pageOfContainers(rows, { limit: 9, sort: 'name', ...query }, () => null).items.map(({ id }) =>
      Number(`0x${id}`),
    );

  expect(ids({ health: 'unhealthy' })).toEqual([1]);
  expect(ids({ project: 'shop' })).toEqual([1]);
  expect(ids({ update: 'available' })).toEqual([3]);
});
