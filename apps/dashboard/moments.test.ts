import { expect, test } from 'vitest';
import { z } from 'zod';
import { api } from './contract.ts';

/** Inputs of every call that are instants, as `feature.endpoint part.field`. */
function instants(): [string, z.ZodType][] {
  const found: [string, z.ZodType][] = [];
  for (const [feature, contract] of Object.entries(api)) {
    for (const [name, endpoint] of Object.entries(contract.endpoints)) {
      for (const part of ['params', 'query', 'body'] as const) {
        const schema: unknown = part in endpoint ? Reflect.get(endpoint, part) : undefined;
        if (!(schema instanceof z.ZodObject)) continue;
        for (const [field, own] of Object.entries<z.ZodType>(schema.shape)) {
          const written = JSON.stringify(z.toJSONSchema(own, { io: 'input', unrepresentable: 'any' }));
          if (written.includes('"date-time"')) found.push([`${feature}.${name} ${part}.${field}`, own]);
        }
      }
    }
  }
  return found;
}

test('no call takes an instant of which a neighbour cannot be written any more', () => {
  const names = instants().map(([name]) => name);

  expect(names).toContain('history.query query.from');
  for (const [name, schema] of instants()) {
    expect([name, schema.safeParse('2026-11-26T12:00:00Z').success]).toEqual([name, true]);
    for (const at of ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])
      expect([name, at, schema.safeParse(at).success]).toEqual([name, at, false]);
  }
});
