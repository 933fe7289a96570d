import { expect, test } from 'vitest';
import { exitOf } from './exit.ts';

const facts = { state: 'exited', exitCode: 0, isOutOfMemoryKilled: false, error: '' };

test.each([
  [{}, 'ended', null],
  [{ exitCode: 1 }, 'failed', null],
  [{ exitCode: 2 }, 'failed', null],
  [{ exitCode: 125 }, 'engine-failed', null],
  [{ exitCode: 126 }, 'not-executable', null],
  [{ exitCode: 127 }, 'not-found', null],
  [{ exitCode: 129 }, 'signal', 'SIGHUP'],
  [{ exitCode: 130 }, 'interrupted', 'SIGINT'],
  [{ exitCode: 134 }, 'aborted', 'SIGABRT'],
  [{ exitCode: 137 }, 'killed', 'SIGKILL'],
  [{ exitCode: 137, isOutOfMemoryKilled: true }, 'out-of-memory', 'SIGKILL'],
  [{ exitCode: 139 }, 'memory-fault', 'SIGSEGV'],
  [{ exitCode: 143 }, 'asked-to-stop', 'SIGTERM'],
  [{ exitCode: 200 }, 'failed', null],
  [{ exitCode: 255 }, 'failed', null],
  [{ exitCode: 128, error: 'no such device' }, 'engine-failed', null],
  [{ state: 'created', exitCode: 127, error: 'exec: "x": not found' }, 'not-found', null],
  [{ state: 'restarting', exitCode: 1 }, 'failed', null],
  // A child that memory ran out for is no end of the container that went on and ended well.
  [{ isOutOfMemoryKilled: true }, 'ended', null],
])('%o is told as %s', (change, kind, signal) => {
  expect(exitOf({ ...facts, ...change })).toMatchObject({ kind, signal });
});

test.each(['running', 'paused', 'created', 'removing'])('a container that is %s has no end', (state) => {
  expect(exitOf({ ...facts, state })).toBe(null);
});
