import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { eventTopic, type StateChange, stateTopic } from './live-topic.ts';

const client = new QueryClient();
const text = (key: string, value: number | null) => JSON.stringify({ key, value });

test('a state topic hands its changes on in order, gone ones as null', () => {
  const seen: StateChange<number>[] = [];
  const topic = stateTopic<number>('x', (changes) => {
    seen.push(...changes);
  });

  topic.receive([text('a', 1), text('b', 2), text('a', null)], client);

  expect(seen).toEqual([
    { key: 'a', value: 1 },
    { key: 'b', value: 2 },
    { key: 'a', value: null },
  ]);
});

test('an event topic hands each event on', () => {
  const seen: { id: string }[] = [];
  const topic = eventTopic<{ id: string }>('x', (events) => {
    seen.push(...events);
  });

  topic.receive(['{"id":"1"}', '{"id":"2"}'], client);

  expect(seen.map(({ id }) => id)).toEqual(['1', '2']);
});
