import { TestClock } from '@nebula/clock/testing';
import { fakeDocker } from '@nebula/docker/fake';
import { expect, test } from 'vitest';
import type { TerminalInput, TerminalOutput } from './contract.ts';
import { runSession } from './session.ts';

const patience = { timeout: 30_000, interval: 5 };
const minute = 60_000;

/** A socket whose messages a test pushes. */
function testSocket() {
  const sent: TerminalOutput[] = [];
  const waiting: TerminalInput[] = [];
  let wake = (): void => undefined;
  const gone = new AbortController();
  return {
    sent,
    leave: () => gone.abort(),
    push(message: TerminalInput) {
      waiting.push(message);
      wake();
    },
    socket: {
      messages: (async function* () {
        while (!gone.signal.aborted) {
          const next = waiting.shift();
          if (next !== undefined) yield next;
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      })(),
      send(message: TerminalOutput) {
        sent.push(message);
        return true;
      },
      ready: async () => undefined,
      close: () => undefined,
      signal: gone.signal,
    },
  };
}

const request = {
  containerId: 'a'.repeat(64),
  ...{ command: null, user: null, isElevated: false, columns: 80, rows: 24 },
};

test('a terminal that nobody uses is ended, one that is used is not', async () => {
  const clock = new TestClock();
  const docker = fakeDocker();
  docker.put({ id: request.containerId, name: 'idle' });
  const { socket, sent, push } = testSocket();
  const running = runSession({ docker, clock, request, word: null, idleMs: 5 * minute, socket });
  const shown = () => JSON.stringify(sent);
  await expect.poll(shown, patience).toContain('bash$ ');

  for (const word of ['first', 'second', 'third']) {
    await clock.advance(4 * minute);
    push({ kind: 'input', data: word });
    await expect.poll(shown, patience).toContain(word);
  }
  expect(sent.some(({ kind }) => kind === 'ended')).toBe(false);
  await clock.advance(6 * minute);

  expect(await running).toMatchObject({ reason: 'idle', argv: ['bash'] });
  expect(sent.at(-1)).toMatchObject({ kind: 'ended', reason: 'idle' });
  expect(docker.done).toContain(`exec-end ${request.containerId}`);
});

test('an engine that refuses is quoted, and one that is away is told apart from it', async () => {
  const clock = new TestClock();
  const docker = fakeDocker();
  docker.put({ id: request.containerId, name: 'strong' });
  const options = { docker, clock, request, word: null, idleMs: minute };
  docker.refuse('exec', 'That container has more power than the broker gives.');
  const refused = await runSession({ ...options, socket: testSocket().socket });
  docker.refuse('exec', null);
  docker.setAway(true);
  const away = await runSession({ ...options, socket: testSocket().socket });

  expect(refused).toMatchObject({ reason: 'refused', detail: expect.stringContaining('more power') });
  expect(away).toMatchObject({ reason: 'engine-away' });
});
