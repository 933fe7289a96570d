import { expect, test } from 'vitest';
import { type Mark, markAt } from './marks.ts';

const mark = (id: string, at: number, tone: Mark['tone'] = 'info'): Mark => ({
  ...{ id, at, tone, until: null, title: id },
});
const placeOf = ({ at }: Mark) => at;

test('a click is meant for the nearest mark within reach, and for none beyond it', () => {
  const marks = [mark('a', 100), mark('b', 108)];
  expect(markAt(marks, 103, placeOf, 6)?.id).toBe('a');
  expect(markAt(marks, 106, placeOf, 6)?.id).toBe('b');
  expect(markAt(marks, 120, placeOf, 6)).toBe(null);
});

test('of marks at one place the gravest is meant, whatever their order', () => {
  const marks = [mark('started', 100, 'good'), mark('died', 100, 'critical'), mark('run', 100, 'info')];
  expect(markAt(marks, 101, placeOf, 6)?.id).toBe('died');
  expect(markAt(marks.toReversed(), 101, placeOf, 6)?.id).toBe('died');
});
