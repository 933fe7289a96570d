import { expect, test } from 'vitest';
import type { Pages } from '../../../web/feature.ts';
import type { Run } from '../contract.ts';
import { patchRuns } from './patch.ts';

const run = (id: string, minute: number, state: Run['state'] = 'running'): Run => ({
  id,
  kind: 'containers.restart',
  title: id,
  state,
  target: { type: 'container', id: 'c1', name: 'web', hostId: 'local' },
  actor: { kind: 'user', id: 'u1', name: 'Nova' },
  requestId: 'r',
  createdAt: new Date(minute * 60_000).toISOString(),
  startedAt: null,
  finishedAt: null,
  outcome: null,
  isUndone: null,
  isCancellable: true,
  isCancelRequested: false,
  isWaiting: false,
  lookHere: null,
  error: null,
  steps: [],
});
const pages: Pages<Run> = {
  pages: [{ items: [run('b', 2), run('a', 1)], next: null }],
  pageParams: [undefined],
};
const changes = (...runs: Run[]) => new Map(runs.map((one) => [one.id, one]));
const ids = (patched: Pages<Run>) => patched.pages.flatMap(({ items }) => items.map(({ id }) => id));

test('a run that changes keeps its place', () => {
  const next = patchRuns(pages, changes(run('a', 1, 'succeeded')), {});
  expect(ids(next)).toEqual(['b', 'a']);
  expect(next.pages[0]?.items[1]?.state).toBe('succeeded');
});

test('new runs stand at the top, the newest first', () => {
  expect(ids(patchRuns(pages, changes(run('c', 3), run('d', 4)), {}))).toEqual(['d', 'c', 'b', 'a']);
});

test('a new run that the filter leaves out does not appear, nor one older than the page', () => {
  expect(ids(patchRuns(pages, changes(run('c', 3)), { state: 'failed' }))).toEqual(['b', 'a']);
  expect(ids(patchRuns(pages, changes(run('c', 3)), { targetId: 'other' }))).toEqual(['b', 'a']);
  expect(ids(patchRuns(pages, changes(run('old', 0)), {}))).toEqual(['b', 'a']);
});

test('the first run of all appears in an empty list', () => {
  const empty: Pages<Run> = { pages: [{ items: [], next: null }], pageParams: [undefined] };
  expect(ids(patchRuns(empty, changes(run('a', 1)), {}))).toEqual(['a']);
});
