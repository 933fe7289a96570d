import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Hub, type Reader } from './index.ts';

function reader(can: (access: string) => boolean = () => true, limit = Number.POSITIVE_INFINITY) {
  const frames: string[] = [];
  const closed: string[] = [];
  const self: Reader = {
    canSee: can,
    write(text) {
      frames.push(...text.split('\n\n').filter((frame) => frame !== ''));
      return frames.length <= limit;
    },
    close: (reason) => closed.push(reason),
  };
  const topics = () => frames.map((frame) => /^event: (.*)$/m.exec(frame)?.[1]);
  return { ...self, frames, closed, topics };
}

const idOf = (frame: string | undefined) => /^id: (.*)$/m.exec(frame ?? '')?.[1] ?? null;

test('a new reader is told to load everything and gets the current state', () => {
  const hub = new Hub();
  hub.setState('figures', 'a', 'x:read', { n: 1 });
  hub.setState('figures', 'a', 'x:read', { n: 2 });
  const one = reader();

  const connected = hub.connect(one, null);

  expect(connected.isResumed).toBe(false);
  expect(one.topics()).toEqual(['resync', 'figures', 'current']);
  expect(one.frames[1]).toContain('"n":2');
});

test('a reader sees only what it may', () => {
  const hub = new Hub();
  const one = reader((access) => access === 'x:read');
  hub.connect(one, null);

  hub.publish({ topic: 'seen', access: 'x:read', data: {} });
  hub.publish({ topic: 'hidden', access: 'audit:read', data: {} });

  expect(one.topics()).toEqual(['resync', 'current', 'seen']);
});

test('a value that did not change is not sent again, and a removed one is sent once', () => {
  const hub = new Hub();
  const one = reader();
  hub.connect(one, null);

  hub.setState('figures', 'a', 'x', { n: 1 });
  hub.setState('figures', 'a', 'x', { n: 1 });
  hub.setState('figures', 'a', 'x', null);
  hub.setState('figures', 'a', 'x', null);

  expect(one.frames.slice(2).map((frame) => /^data: (.*)$/m.exec(frame)?.[1])).toEqual([
    '{"key":"a","value":{"n":1}}',
    '{"key":"a","value":null}',
  ]);
});

test('a slow reader is dropped and others go on', () => {
  const hub = new Hub();
  const slow = reader(() => true, 3);
  const quick = reader();
  hub.connect(slow, null);
  hub.connect(quick, null);

  for (let n = 0; n < 5; n += 1) hub.publish({ topic: 'news', access: 'x', data: n });

  expect(slow.closed).toEqual(['too slow']);
  expect(quick.frames).toHaveLength(7);
  expect(hub.readers).toBe(1);
});

test('a reader that comes back with a position gets exactly what it missed, or everything anew', () => {
  fc.assert(
    fc.property(fc.nat(40), fc.nat(40), (seen, missed) => {
      const hub = new Hub({ keep: 20 });
      const before = reader();
      const first = hub.connect(before, null);
      for (let n = 0; n < seen; n += 1) hub.publish({ topic: 'news', access: 'x', data: n });
      first.disconnect();
      for (let n = 0; n < missed; n += 1) hub.publish({ topic: 'news', access: 'x', data: seen + n });
      const after = reader();

      const { isResumed } = hub.connect(after, idOf(before.frames.at(-1)));

      expect(isResumed).toBe(missed <= 20);
      if (isResumed) expect(after.frames).toHaveLength(missed);
      else expect(after.topics()).toEqual(['resync', 'current']);
    }),
  );
});

test('a position of another process is not believed', () => {
  const hub = new Hub();
  hub.publish({ topic: 'news', access: 'x', data: 1 });

  for (const id of ['000000000000-1', `${hub.epoch}-99`, `${hub.epoch}-x`, 'nonsense']) {
    expect(hub.connect(reader(), id).isResumed).toBe(false);
  }
});

test('a reader that is cut off within its first state starts anew, and one that got all of it resumes', () => {
  const hub = new Hub();
  for (const key of ['a', 'b', 'c', 'd', 'e']) hub.setState('figures', key, 'x', { key });
  const whole = reader();
  hub.connect(whole, null);

  const positions = whole.frames.map(idOf);

  expect(positions.slice(0, -1)).toEqual(positions.slice(0, -1).map(() => null));
  expect(hub.connect(reader(), positions.at(-1) ?? null).isResumed).toBe(true);
});
