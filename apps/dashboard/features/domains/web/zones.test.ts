import { expect, test } from 'vitest';
import { zonesOf } from './zones.ts';

const zones = ['example.com', 'home.example.com', 'ample.com'].map((zone) => ({ zone }));

test('the longest zone that holds a name comes first', () => {
  expect(zonesOf('photos.home.example.com', zones).map(({ zone }) => zone)).toEqual([
    'home.example.com',
    'example.com',
  ]);
});

test('a zone whose name is only the end of a label does not hold it', () => {
  expect(zonesOf('photos.example.com', zones).map(({ zone }) => zone)).toEqual(['example.com']);
});

test('a zone holds its own name and a wildcard below it', () => {
  expect(zonesOf('Ample.com', zones)).toEqual([{ zone: 'ample.com' }]);
  expect(zonesOf('*.ample.com', zones)).toEqual([{ zone: 'ample.com' }]);
});
