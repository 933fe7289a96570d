import { expect, test } from 'vitest';
import { systemMeasures } from './measures.ts';

test('without a reading there is nothing to keep', () => {
  const sampler = { history: () => [], sample: () => null, storage: () => null };
  expect([...systemMeasures(sampler)]).toEqual([]);
});
