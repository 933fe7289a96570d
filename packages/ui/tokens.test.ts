import { describe, expect, test } from 'vitest';
import { blend, contrast, parseHex, type Rgb } from './contrast.ts';
import { readTokens, resolveToken } from './token-file.ts';
import css from './tokens.css?raw';

const file = readTokens(css);
const colour = (role: string): Rgb => parseHex(resolveToken(role, file.base));
const ratio = (ink: string, surface: string) => contrast(colour(ink), colour(surface));

const surfaces = ['--bg', '--canvas', '--panel', '--raised', '--hover', '--glass-worst'];

/** Measured ratio of each role on each surface, in the order above: what the design was agreed on. */
const agreed: Record<string, number[]> = {
  '--text-1': [17.95, 17.16, 16.31, 14.82, 13.2, 13.63],
  '--text-2': [11.6, 11.09, 10.54, 9.57, 8.53, 8.81],
  '--text-3': [8.16, 7.8, 7.42, 6.74, 6.0, 6.2],
  '--link': [8.49, 8.11, 7.71, 7.0, 6.24, 6.44],
  '--accent': [6.3, 6.02, 5.72, 5.2, 4.63, 4.78],
  '--info': [10.77, 10.3, 9.79, 8.89, 7.92, 8.18],
  '--live': [12.22, 11.68, 11.1, 10.08, 8.98, 9.28],
  '--success': [11.76, 11.24, 10.68, 9.7, 8.64, 8.93],
  '--warning': [13.13, 12.56, 11.93, 10.84, 9.66, 9.97],
  '--danger': [8.65, 8.27, 7.86, 7.14, 6.36, 6.57],
  '--focus': [10.06, 9.62, 9.14, 8.3, 7.4, 7.64],
  '--control-border': [4.41, 4.22, 4.01, 3.64, 3.24, 3.35],
  '--hairline': [1.62, 1.54, 1.47, 1.33, 1.19, 1.23],
  '--text-disabled': [4.44, 4.24, 4.03, 3.66, 3.26, 3.37],
};

const textRoles = [
  '--text-1',
  '--text-2',
  '--text-3',
  '--link',
  '--accent',
  '--info',
  '--live',
  '--success',
  '--warning',
  '--danger',
];

describe.each(Object.entries(agreed))('%s', (role, ratios) => {
  test.each(surfaces.map((surface, at) => [surface, ratios[at] ?? 0] as const))(
    'keeps its agreed contrast on %s (%d)',
    (surface, floor) => {
      // The agreed figures are rounded to two digits.
      expect(ratio(role, surface)).toBeGreaterThanOrEqual(floor - 0.006);
    },
  );
});

test.each(textRoles.flatMap((role) => surfaces.map((surface) => [role, surface] as const)))(
  'the text colour %s passes AA on %s',
  (role, surface) => {
    expect(ratio(role, surface)).toBeGreaterThanOrEqual(4.5);
  },
);

test.each(['--focus', '--control-border'].flatMap((role) => surfaces.map((on) => [role, on] as const)))(
  'the edge %s can be told from %s (3 : 1)',
  (role, surface) => {
    expect(ratio(role, surface)).toBeGreaterThanOrEqual(3);
  },
);

test.each([
  ['--primary-fill', 5.96],
  ['--primary-fill-hover', 7.75],
  ['--danger-fill', 5.38],
  ['--success-fill', 5.36],
  ['--info-fill', 5.11],
])('white words on %s keep %d', (fill, floor) => {
  expect(ratio('--on-fill', fill)).toBeGreaterThanOrEqual(floor - 0.006);
});

test.each([0, 0.25, 0.5, 0.75, 1])('white words on the gradient at %d keep 5.96', (share) => {
  const between = blend(colour('--primary-fill-end'), colour('--primary-fill'), share);
  expect(contrast(colour('--on-fill'), between)).toBeGreaterThanOrEqual(5.95);
});

test.each([
  ['--warning', 12.56],
  ['--live', 11.68],
  ['--success', 11.24],
])('dark words on %s keep %d', (fill, floor) => {
  expect(ratio('--on-bright', fill)).toBeGreaterThanOrEqual(floor - 0.006);
});

test('the edge of a primary button shows on the worst glass, since its fill alone would not', () => {
  expect(ratio('--primary-fill', '--glass-worst')).toBeLessThan(3);
  expect(ratio('--accent', '--glass-worst')).toBeGreaterThanOrEqual(4.77);
});

test.each([
  ['--state-up', 10.68, 8.93],
  ['--state-down', 6.19, 5.16],
  ['--state-degraded', 11.93, 9.97],
  ['--state-paused', 5.2, 4.35],
])('the state %s keeps %d on panels and %d on glass', (role, onPanel, onGlass) => {
  expect(ratio(role, '--panel')).toBeGreaterThanOrEqual(onPanel - 0.05);
  expect(ratio(role, '--glass-worst')).toBeGreaterThanOrEqual(onGlass - 0.05);
});

test.each(Array.from({ length: 8 }, (_, at) => `--chart-${at + 1}`))('the line %s can be read', (role) => {
  expect(ratio(role, '--panel')).toBeGreaterThanOrEqual(5.71);
  expect(ratio(role, '--glass-worst')).toBeGreaterThanOrEqual(4.77);
});

test('glass over all four nebula tints and a star is never brighter than its agreed worst', () => {
  const tints = ['--nebula-1', '--nebula-2', '--nebula-3', '--nebula-4'].map((role) => {
    const [, tint = '', percent = ''] = /(#\w{6}) (\d+)%/.exec(resolveToken(role, file.base)) ?? [];
    return { tint: parseHex(tint), alpha: Number(percent) / 100 };
  });
  const sky = tints.reduce((below, { tint, alpha }) => blend(tint, below, alpha), colour('--bg'));
  const withStars = blend(colour('--star'), sky, 0.12);
  const glass = blend(colour('--panel'), withStars, 0.78);

  expect(resolveToken('--glass', file.base)).toContain('78%');
  expect(contrast(colour('--text-3'), glass)).toBeGreaterThanOrEqual(4.5);
  for (const at of [0, 1, 2] as const) {
    expect(withStars[at]).toBeLessThanOrEqual(colour('--sky-worst')[at] + 2);
    expect(glass[at]).toBeLessThanOrEqual(colour('--glass-worst')[at] + 2);
  }
});

test('the title on the bare sky passes AA even where it is brightest', () => {
  expect(ratio('--text-1', '--sky-worst')).toBeGreaterThanOrEqual(5.7);
});

test('less transparency and forced colours leave no glass', () => {
  for (const query of ['(prefers-reduced-transparency: reduce)', '(forced-colors: active)']) {
    expect(file.media.get(`@media ${query}`)?.get('--glass-blur')).toBe('none');
  }
});

test('a token that is not there is named', () => {
  expect(() => resolveToken('--nowhere', file.base)).toThrow('--nowhere');
  expect(() => parseHex('white')).toThrow('white');
});
