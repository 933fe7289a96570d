import { expect, test } from 'vitest';
import { makeStars, seededRandom, starCount, starOpacity, starX } from './star-field.ts';

test('a phone gets 90 stars and the largest screen no more than 220', () => {
  expect(starCount(390, 844)).toBe(90);
  expect(starCount(1440, 900)).toBeLessThanOrEqual(220);
  expect(starCount(7680, 4320)).toBe(220);
});

test('the same seed makes the same sky, another seed another', () => {
  const sky = (seed: number) => makeStars(20, seededRandom(seed));

  expect(sky(7)).toEqual(sky(7));
  expect(sky(7)).not.toEqual(sky(8));
});

test('no star flashes: a twinkle takes at least 3 s and opacity stays between 0 and 1', () => {
  for (const star of makeStars(220, seededRandom(1))) {
    expect(star.period).toBeGreaterThanOrEqual(3);
    for (let seconds = 0; seconds < 20; seconds += 0.37) {
      expect(starOpacity(star, seconds)).toBeGreaterThanOrEqual(0);
      expect(starOpacity(star, seconds)).toBeLessThanOrEqual(1);
    }
  }
});

test('a star that drifts out comes back at the other side', () => {
  const [star] = makeStars(1, seededRandom(3));
  expect(star && starX({ ...star, x: 0.99, drift: 0.01 }, 2)).toBeCloseTo(0.01);
});
