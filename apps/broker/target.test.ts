import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Refusal } from './refusal.ts';
import { parseTarget, writeQuery } from './target.ts';

test('version, path and query are taken apart', () => {
  const target = parseTarget(
    '/v1.41/images/localhost%3A5000%2Fx%40sha256:ab/json?manifests=1&platform=linux%2Famd64',
  );

  expect(target.version).toBe('/v1.41');
  expect(target.path).toBe('/images/localhost:5000/x@sha256:ab/json');
  expect([...target.query]).toEqual([
    ['manifests', '1'],
    ['platform', 'linux/amd64'],
  ]);
});

test('what is written from a parsed query reads the same again', () => {
  const query = fc.dictionary(
    fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,8}$/),
    fc.string({ unit: 'grapheme' }).filter((text) => !/\p{Cc}/u.test(text)),
    { maxKeys: 5 },
  );
  fc.assert(
    fc.property(query, (given) => {
      const written = writeQuery(new Map(Object.entries(given)));
      expect(Object.fromEntries(parseTarget(`/info?${written}`).query)).toEqual({ ...given });
    }),
  );
});

test('whatever is accepted holds no part that a path could climb with', () => {
  const pieces = fc.constantFrom(
    '/',
    '..',
    '.',
    '%2f',
    '%2e',
    '%',
    'a',
    'images',
    'v1.41',
    '?',
    '=',
    '&',
    '\\',
    ';',
    '#',
    '_',
    '\0',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 10 }), (parts) => {
      try {
        const { version, path } = parseTarget(`/${parts.join('')}`);
        expect(version + path).toMatch(/^(?:\/[A-Za-z0-9_][A-Za-z0-9._:@-]*)+$/);
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
      }
    }),
    { numRuns: 2_000 },
  );
});
