import fc from 'fast-check';
import { expect, test } from 'vitest';
import { completeAt } from './compose-keys.ts';

const at = (text: string) => {
  const lines = text.split('\n');
  const found = completeAt(lines, (lines.at(-1) ?? '').length, `${text}\nservices:\n  db: {}\n`);
  return found === null ? null : found.words.map(({ word }) => word);
};

test('keys are offered where they may stand', () => {
  expect(at('ser')).toContain('services');
  expect(at('services:\n  web:\n    im')).toContain('image');
  expect(at('services:\n  web:\n    healthcheck:\n      ')).toContain('interval');
  expect(at('services:\n  web:\n    image: x\n\n    ')).toContain('restart');
  expect(at('volumes:\n  data:\n    ')).toContain('driver_opts');
  expect(at('services:\n  w')).toBeNull();
});

test('values are offered where there are usual ones', () => {
  expect(at('services:\n  web:\n    restart: ')).toEqual(['no', 'always', 'on-failure', 'unless-stopped']);
  expect(at('services:\n  web:\n    image: ')).toBeNull();
  expect(at('services:\n  web:\n    depends_on:\n      db:\n        condition: ser')).toContain(
    'service_healthy',
  );
});

test('names that the file declares are offered where they are used', () => {
  expect(at('services:\n  db:\n    image: x\n  web:\n    depends_on:\n      - ')).toContain('db');
});

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', ' ', ':', '-', '\n', '#', '*', '"') }), (text) => {
      at(text);
    }),
  );
});
