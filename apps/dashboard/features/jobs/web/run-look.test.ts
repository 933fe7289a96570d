import { expect, test } from 'vitest';
import type { Run, RunStep } from '../contract.ts';
import { readRunFilter } from './filter.ts';
import { canCancel, runProgress, took } from './run-look.ts';

const step = (state: RunStep['state']): RunStep => ({
  name: state,
  title: state,
  effect: 'idempotent',
  state,
  undo: 'nothing',
  attempt: 1,
  startedAt: null,
  finishedAt: null,
  error: null,
});
const run = (state: Run['state'], more: Partial<Run> = {}) => ({
  state,
  isCancellable: true,
  isCancelRequested: false,
  ...more,
});

test('a run that goes on tells how many of its steps are done', () => {
  expect(runProgress({ state: 'running', steps: [step('done'), step('intent'), step('pending')] })).toBe(
    '1/3',
  );
  expect(runProgress({ state: 'succeeded', steps: [step('done')] })).toBe('');
});

test('only a run that can be cancelled, and was not yet, offers it', () => {
  expect(canCancel(run('running'))).toBe(true);
  expect(canCancel(run('running', { isCancelRequested: true }))).toBe(false);
  expect(canCancel(run('running', { isCancellable: false }))).toBe(false);
  expect(canCancel(run('succeeded'))).toBe(false);
});

test('a step that lasts is measured up to now, one that did not begin not at all', () => {
  const start = '2026-11-26T12:00:00Z';
  expect(took(start, null, Date.parse(start) + 1500)).toBe(1500);
  expect(took(start, '2026-11-26T12:00:03Z', 0)).toBe(3000);
  expect(took(null, null, 0)).toBeNull();
});

test('a state in the address that is none is ignored', () => {
  expect(readRunFilter({ state: 'failed', targetId: 'x' })).toEqual({ state: 'failed', targetId: 'x' });
  expect(readRunFilter({ state: 'toString' }).state).toBeUndefined();
});
