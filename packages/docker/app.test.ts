import fc from 'fast-check';
import { expect, test } from 'vitest';
import { appOf, composeOf } from './index.ts';

test('an app keeps its name when its container is made anew', () => {
  const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' };
  expect(appOf({ name: 'shop-web-1', ...composeOf(labels) })).toBe('shop/web');
  expect(appOf({ name: 'plex', ...composeOf({}) })).toBe('plex');
  expect(appOf({ name: 'half', project: 'shop', service: ' ' })).toBe('half');
});

test('whatever a label holds, the name is one line', () => {
  const label = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('a\nb', '\u001b[31m', '\u202Etxt', '\ud800'),
  );
  fc.assert(
    fc.property(label, label, (project, service) => {
      const app = appOf({ name: 'own', project, service });
      expect(app.isWellFormed()).toBe(true);
      expect(app).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      expect(app).not.toBe('');
    }),
  );
});

test('a label that is too long for a name is cut, never in the middle of a letter', () => {
  const long = `${'x'.repeat(254)}👍${'y'.repeat(100_000)}`;
  const labels = { 'com.docker.compose.project': long, 'com.docker.compose.service': long };

  expect(composeOf(labels).project).toHaveLength(255);
  expect(composeOf(labels).service).toHaveLength(255);
  for (const app of [
    appOf({ name: 'own', project: long, service: long }),
    appOf({ name: 'own', ...composeOf(labels) }),
  ]) {
    expect(app.length).toBeLessThan(512);
    expect(app.isWellFormed()).toBe(true);
  }
});
