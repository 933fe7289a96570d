import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { isProvenGone, workerIdentity } from './worker-identity.ts';

const me = workerIdentity();

/** Our own identity with some of its parts replaced: boot, namespace, user, process, start, id. */
function other(changes: Record<number, string>): string {
  return me
    .split('/')
    .map((part, index) => changes[index] ?? part)
    .join('/');
}

test('a worker that runs is not proven gone, nor is one of another machine, boot or namespace', () => {
  expect(isProvenGone(me, me)).toBe(false);
  expect(isProvenGone(workerIdentity(), me)).toBe(false);
  expect(isProvenGone(other({ 0: 'other-boot', 3: '4194304' }), me)).toBe(false);
  expect(isProvenGone(other({ 1: '1', 3: '4194304' }), me)).toBe(false);
});

test('a process that ended, even one nobody collected, and one whose number was given to another are proven gone', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
  await once(child, 'spawn');
  const pid = String(child.pid);
  expect(isProvenGone(other({ 3: pid, 4: '1' }), me)).toBe(true);

  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isProvenGone(other({ 3: pid }), me)).toBe(true);
});

test('processes of other users may be hidden, so only root proves them gone', () => {
  const theirs = other({ 2: '4000', 3: '4194304' });
  const seenByUser = other({ 2: '4001' });
  const seenByRoot = other({ 2: '0' });

  expect(isProvenGone(theirs, seenByUser)).toBe(false);
  expect(isProvenGone(theirs, seenByRoot)).toBe(true);
});
