import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

const folder = join(import.meta.dirname, 'features');
const Words = z.record(z.string(), z.unknown());
const Registry = z.object({ features: z.array(z.object({ id: z.string(), matters: Words.optional() })) });

test('what the server says needs attention has the same words in the web', async () => {
  // Imported by address: the web is typed for the browser, and this file is not.
  const { features } = Registry.parse(await import(join(import.meta.dirname, 'web/features.ts')));
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'contract-matters.ts')));

  expect(names.length).toBeGreaterThan(3);
  for (const name of names) {
    const [words] = Object.values<unknown>(await import(join(folder, name, 'contract-matters.ts')));
    const inWeb = features.find(({ id }) => id === name)?.matters ?? {};
    expect(Object.entries(inWeb), name).toEqual(Object.entries(Words.parse(words)));
  }
});
