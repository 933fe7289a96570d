import { expect, test } from 'vitest';
import { catalogue, pseudoText } from './catalogue.ts';

test('a text of the pseudo-locale has no plain letter left and is about 40 % longer', () => {
  const text = 'Everything that changes a container appears here with every step it took.';

  const pseudo = pseudoText(text);

  expect(pseudo).not.toMatch(/[A-Za-z]/);
  expect(pseudo.length / text.length).toBeGreaterThan(1.3);
  expect(pseudo.length / text.length).toBeLessThan(1.45);
});

test('figures, spaces and signs stay as they are', () => {
  expect(pseudoText('12.5 % → 3')).toBe('12.5 % → 3');
});

test('without the pseudo-locale a catalogue is what was put in', () => {
  const texts = { title: 'Jobs', count: (count: number) => `${count} runs` };

  expect(catalogue('test', texts)).toBe(texts);
});
