import { describe, expect, test } from 'vitest';
import type { Pages } from '../../../web/feature.ts';
import type { Container } from '../contract.ts';
import { type ContainerRow, matches, patchContainers } from './patch.ts';

const container = (name: string, more: Partial<Container> = {}): Container => ({
  id: name,
  hostId: 'local',
  name,
  image: `image-of-${name}`,
  state: 'running',
  status: 'Up 1 hour',
  imageId: 'sha256:x',
  health: 'none',
  exitCode: null,
  isOutOfMemory: false,
  update: 'unchecked',
  createdAt: '2026-11-26T00:00:00Z',
  project: null,
  service: null,
  app: 'web',
  ports: [],
  ...more,
});
const row = (name: string): ContainerRow => ({ ...container(name), usage: null });
const pagesOf = (next: string | null, ...names: string[]): Pages<ContainerRow> => ({
  pages: [{ items: names.map(row), next }],
  pageParams: [undefined],
});
const changes = (...items: (Container | [id: string])[]) =>
  new Map(
    items.map((item) => (Array.isArray(item) ? ([item[0], null] as const) : ([item.id, item] as const))),
  );
const names = (pages: Pages<ContainerRow>) =>
  pages.pages.flatMap(({ items }) => items.map(({ name }) => name));

describe('a list of containers', () => {
  test('keeps a row in its place when it no longer matches the filter, so that nothing moves', () => {
    const stopped = container('b', { state: 'exited' });
    const next = patchContainers(pagesOf(null, 'a', 'b', 'c'), changes(stopped), { state: 'running' });

    expect(names(next)).toEqual(['a', 'b', 'c']);
    expect(next.pages[0]?.items[1]?.state).toBe('exited');
  });

  test('is the same object when a change says nothing new', () => {
    const pages = pagesOf(null, 'a', 'b');
    expect(patchContainers(pages, changes(container('a')), {})).toBe(pages);
  });

  test('drops what is gone', () => {
    expect(names(patchContainers(pagesOf(null, 'a', 'b'), changes(['a']), {}))).toEqual(['b']);
  });

  test('takes in a new one where its name belongs', () => {
    expect(names(patchContainers(pagesOf(null, 'a', 'c'), changes(container('b')), {}))).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(names(patchContainers(pagesOf(null), changes(container('b')), {}))).toEqual(['b']);
  });

  test('leaves a new one out that lies beyond what was loaded, or does not match', () => {
    expect(names(patchContainers(pagesOf('more', 'a', 'c'), changes(container('d')), {}))).toEqual([
      'a',
      'c',
    ]);
    expect(
      names(patchContainers(pagesOf(null, 'a'), changes(container('b')), { search: 'nothing' })),
    ).toEqual(['a']);
  });

  test('keeps the figures of a row whose state changes', () => {
    const usage = {
      at: '',
      cpuPercent: 1,
      memoryBytes: 2,
      memoryLimitBytes: null,
      receivedPerSecond: null,
      sentPerSecond: null,
      readPerSecond: null,
      writtenPerSecond: null,
    };
    const pages: Pages<ContainerRow> = {
      pages: [{ items: [{ ...row('a'), usage }], next: null }],
      pageParams: [undefined],
    };
    const next = patchContainers(pages, changes(container('a', { status: 'Up 2 hours' })), {});
    expect(next.pages[0]?.items[0]?.usage).toBe(usage);
  });
});

test('the search looks into name, image and project, whatever the case', () => {
  const one = container('web', { project: 'Shop' });
  expect(['WEB', 'image-OF', 'shop'].map((search) => matches(one, { search }))).toEqual([true, true, true]);
  expect(matches(one, { search: 'else' })).toBe(false);
});
