import type { ContainerEvent } from '@nebula/docker';
import { expect, test } from 'vitest';
import { hear } from './changed.ts';

const event = (id: string, action = 'start'): ContainerEvent => ({ id, action, at: new Date() });

async function* eventsOf(list: ContainerEvent[], failure?: Error) {
  yield* list;
  if (failure !== undefined) throw failure;
}

test('a storm of events is one set of those it is about, without the noise', async () => {
  const storm = Array.from({ length: 3000 }, (_, n) => event(`c${n % 300}`));
  const heard = hear(eventsOf([...storm, event('other', 'exec_start: ping')])[Symbol.asyncIterator]());

  const seen = new Set<string>();
  let rounds = 0;
  for (let ids = await heard.changed(); ids !== null; ids = await heard.changed()) {
    for (const id of ids) seen.add(id);
    rounds += 1;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }

  expect(seen.size).toBe(300);
  expect(rounds).toBeLessThan(20);
});

test('what ended the events is told after what was heard', async () => {
  const heard = hear(eventsOf([event('a')], new Error('gone'))[Symbol.asyncIterator]());

  expect(await heard.changed()).toEqual(new Set(['a']));
  await expect(heard.changed()).rejects.toThrow('gone');
});
