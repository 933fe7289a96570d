import { expect, test } from 'vitest';
import type { Message, Notifier } from './message.ts';

/** What the receiver behind a notifier can be told to do. */
export type Mood = 'takes-it' | 'refuses-login' | 'limits' | 'is-overloaded' | 'hangs' | 'is-away';

/** A notifier under test, with a receiver that answers within 300 ms or not at all. */
export interface Subject {
  notifier: Notifier;
  setMood(mood: Mood): Promise<void>;
  /** How many messages came. */
  received(): number;
}

/** A message whose texts try to be more than text. */
export const hostileMessage: Message = {
  id: 'a-message-1',
  title: 'shop/web is down\r\nBcc: evil@example.com @everyone <!channel> *bold*',
  body: 'line one\n<b>line</b> two & `three` [four](http://evil.example)\u202e\0\ud800',
  severity: 'critical',
  state: 'firing',
  link: 'https://nebula.example/alerts/1',
  path: '/alerts/1',
  at: new Date('2026-03-01T10:00:00Z'),
};

const failure = (kind: string, layer: string, mayHaveArrived: boolean) =>
  expect.objectContaining({ name: 'DriverError', kind, layer, mayHaveArrived });

/** What every driver must do, and the fake. */
export function conformance(subjectOf: () => Subject): void {
  const send = async (signal = AbortSignal.timeout(60_000)) =>
    await subjectOf().notifier.send(hostileMessage, signal);

  test('a message arrives once, and it is told who took it', async () => {
    await subjectOf().setMood('takes-it');
    const before = subjectOf().received();
    expect((await send()).detail).toMatch(/^\S.*\.$/);
    expect(subjectOf().received()).toBe(before + 1);
  });

  test('a login that is not known is told as such, and the message did not arrive', async () => {
    await subjectOf().setMood('refuses-login');
    await expect(send()).rejects.toEqual(failure('unauthorized', 'sign-in', false));
  });

  test('a limit is told as such', async () => {
    await subjectOf().setMood('limits');
    await expect(send()).rejects.toEqual(failure('rate-limited', 'limit', false));
  });

  test('a receiver that is overloaded did not take it', async () => {
    await subjectOf().setMood('is-overloaded');
    await expect(send()).rejects.toEqual(failure('unavailable', 'server', false));
  });

  test('nobody knows of a message that was not answered', async () => {
    await subjectOf().setMood('hangs');
    await expect(send()).rejects.toEqual(failure('unavailable', 'answer', true));
  });

  test('whoever gives up waiting hears their own reason', async () => {
    await subjectOf().setMood('hangs');
    const stop = new AbortController();
    const sending = send(stop.signal);
    stop.abort(new Error('enough'));
    await expect(sending).rejects.toThrow('enough');
  });

  test('a receiver that is not there is told as such', async () => {
    await subjectOf().setMood('is-away');
    await expect(send()).rejects.toEqual(failure('unavailable', 'connection', false));
  });
}
