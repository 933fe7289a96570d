import { describe, expect, test } from 'vitest';
import { blend, contrast, parseHex, type Rgb } from './contrast.ts';
import contrastCss from './themes/contrast.css?raw';
import lightCss from './themes/light.css?raw';
import { readTokens, resolveToken } from './token-file.ts';
import css from './tokens.css?raw';

const { base } = readTokens(css);
const themes = { cosmic: '', light: lightCss, contrast: contrastCss };
const surfaces = ['--bg', '--canvas', '--panel', '--raised', '--hover', '--glass-worst'];
const inks = ['1', '2', '3'].map((level) => `--text-${level}`);
const colours = ['--link', '--accent', '--info', '--live', '--success', '--warning', '--danger'];
const fills = ['--primary-fill', '--primary-fill-hover', '--primary-fill-end', '--danger-fill'];
const states = ['--state-up', '--state-down', '--state-degraded', '--state-paused'];
const charts = Array.from({ length: 8 }, (_, at) => `--chart-${at + 1}`);
const tintRoles = ['--nebula-1', '--nebula-2', '--nebula-3', '--nebula-4'];

describe.each(Object.entries(themes))('the theme %s', (name, own) => {
  const tokens = readTokens(own).base;
  const valueOf = (role: string) => resolveToken(role, tokens, base);
  const colour = (role: string): Rgb => parseHex(valueOf(role));
  const ratio = (ink: string, on: string) => contrast(colour(ink), colour(on));
  const leastText = name === 'contrast' ? 7 : 4.5;
  const over = (roles: string[]) => roles.flatMap((role) => surfaces.map((on) => [role, on] as const));

  test.each(over([...inks, ...colours]))('text in %s on %s passes', (role, on) => {
    expect(ratio(role, on)).toBeGreaterThanOrEqual(leastText);
  });

  test.each(over(['--focus', '--control-border']))('the edge %s can be told from %s', (role, on) => {
    expect(ratio(role, on)).toBeGreaterThanOrEqual(3);
  });

  test.each([...fills, '--success-fill', '--info-fill'])('words on the fill %s pass', (fill) => {
    expect(ratio('--on-fill', fill)).toBeGreaterThanOrEqual(leastText === 7 ? 6.5 : 4.5);
  });

  test.each(['--warning', '--live', '--success'])('words on the bright %s pass', (fill) => {
    expect(ratio('--on-bright', fill)).toBeGreaterThanOrEqual(4.5);
  });

  test.each([...states, ...charts])('%s can be told from panels and glass', (role) => {
    expect(ratio(role, '--panel')).toBeGreaterThanOrEqual(3);
    expect(ratio(role, '--glass-worst')).toBeGreaterThanOrEqual(3);
  });

  test('a button shows on a panel by its fill or its edge', () => {
    const shows = Math.max(ratio('--primary-fill', '--panel'), ratio('--accent', '--panel'));
    expect(shows).toBeGreaterThanOrEqual(3);
  });

  test('text passes on glass over every tint of the sky and a star, and the title on the bare sky', () => {
    const tints = tintRoles.map((role) => {
      const [, tint = '', percent = ''] = /(#\w{6}) (\d+)%/.exec(valueOf(role)) ?? [];
      return { tint: parseHex(tint), alpha: Number(percent) / 100 };
    });
    const sky = tints.reduce((below, { tint, alpha }) => blend(tint, below, alpha), colour('--bg'));
    const withStar = blend(colour('--star'), sky, name === 'contrast' ? 0 : 0.12);
    const share = Number(/(\d+)%/.exec(valueOf('--glass'))?.[1] ?? 100) / 100;
    const glass = blend(colour('--panel'), withStar, share);

    for (const role of [...inks, ...colours])
      expect(contrast(colour(role), glass), role).toBeGreaterThanOrEqual(leastText);
    expect(contrast(colour('--text-1'), withStar)).toBeGreaterThanOrEqual(4.5);
    // What the tokens call the worst is at least as bad as what is computed here.
    for (const role of inks) {
      expect(ratio(role, '--glass-worst') - contrast(colour(role), glass), role).toBeLessThan(0.1);
      expect(ratio(role, '--sky-worst') - contrast(colour(role), withStar), role).toBeLessThan(0.1);
    }
  });

  test('names every role that the first theme leaves to it, and none that does not exist', () => {
    for (const role of tokens.keys()) expect(base.has(role), role).toBe(true);
    const raw = own.match(/^\s+--[\w-]+/gm)?.map((line) => line.trim()) ?? [];
    expect(new Set(raw).size).toBe(raw.length);
  });
});

test('high contrast has neither glass nor nebula', () => {
  const { base: own } = readTokens(contrastCss);
  expect(own.get('--glass-blur')).toBe('none');
  for (const role of tintRoles) expect(own.get(role)).toContain(' 0%');
});
