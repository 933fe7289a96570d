import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { fieldsOf, type Field, kebab } from './fields.ts';
import { eventsOf } from './stream.ts';
import { mergeBody, prove, valueOf } from './values.ts';

function field(schema: z.ZodType): Field {
  const [found] = fieldsOf('query', z.object({ value: schema }));
  if (found === undefined) throw new Error('not an option');
  return found;
}

test('every decimal number comes back as it was written', () => {
  const number = field(z.number());
  fc.assert(
    fc.property(fc.double({ min: -1e14, max: 1e14, noNaN: true }), (value) => {
      const text = value.toFixed(6);
      expect(valueOf(number, text)).toBe(Number(text));
    }),
  );
});

test('text that is no decimal number is never taken for one', () => {
  const whole = field(z.number().int());
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!/^-?\d{1,15}(\.0*)?$/.test(text));
      expect(() => valueOf(whole, text)).toThrow(/--value must be a whole number/);
    }),
  );
  for (const text of ['', ' 1', '1 ', '0x1f', '1e3', 'Infinity', 'NaN', '1_000', '--1', '１']) {
    expect(() => valueOf(whole, text)).toThrow(/whole number/);
  }
});

test('a list is what stands between its commas', () => {
  const list = field(z.array(z.string()));
  const item = fc.stringMatching(/^[a-z0-9:*-]+$/);
  fc.assert(
    fc.property(fc.array(item), (items) => {
      expect(valueOf(list, items.join(','))).toEqual(items);
    }),
  );
});

test('a choice takes its words and names them when it is given another', () => {
  const choice = field(z.enum(['viewer', 'admin']));
  expect(valueOf(choice, 'admin')).toBe('admin');
  expect(() => valueOf(choice, 'Admin')).toThrow('--value must be one of viewer, admin, not "Admin".');
});

test('structured parts are options that take JSON; defaults, ranges and nullability are read from the schema', () => {
  const fields = fieldsOf(
    'body',
    z.object({
      map: z.record(z.string(), z.string()),
      inner: z.object({ a: z.string() }),
      either: z.union([z.string(), z.number()]),
      days: z.number().int().min(1).max(9).nullable().default(3).describe('How long'),
      json: z.string(),
      apiToken: z.string(),
    }),
  );

  expect(fields.map(({ option, type }) => `${option} ${type.kind}`)).toEqual([
    'map json',
    'inner json',
    'either json',
    'days number',
    'body-json text',
    'api-token text',
  ]);
  const [map, , either, days, json, token] = fields;
  if (map === undefined || either === undefined) throw new Error('not all are options');
  expect(valueOf(map, '{"a":"b"}')).toEqual({ a: 'b' });
  expect(() => valueOf(map, '{"a"')).toThrow(/--map must be JSON/);
  expect([valueOf(either, '5'), valueOf(either, 'five')]).toEqual([5, 'five']);
  expect(days).toMatchObject({
    isNullable: true,
    isRequired: false,
    help: 'How long (from 1 to 9; default 3)',
  });
  expect(json).toMatchObject({ isRequired: true });
  expect(token).toMatchObject({ isSecret: true });
});

test('names become words with dashes', () => {
  expect(['createKey', 'expiresInDays', 'id', 'oauth2Url'].map(kebab)).toEqual([
    'create-key',
    'expires-in-days',
    'id',
    'oauth2-url',
  ]);
});

test('options are added to the body, and win over it', () => {
  expect(mergeBody({ a: 1, b: 2 }, { b: 3 })).toEqual({ a: 1, b: 3 });
  expect(mergeBody(undefined, {})).toBeUndefined();
  expect(() => mergeBody('text', { b: 3 })).toThrow(/not a JSON object/);
});

test('every field that is wrong is told, by the name it has on the command line', () => {
  const body = z.object({ maxAge: z.number(), password: z.string().min(3) });
  const check = () =>
    prove(
      { params: z.object({ id: z.uuid() }), body },
      { params: { id: 'x' }, query: {}, body: { password: 'x' } },
      fieldsOf('body', body),
    );

  expect(check).toThrow(/^ID: /);
  try {
    check();
  } catch (error) {
    expect(error).toMatchObject({
      fields: [{ path: 'params.id' }, { path: 'body.maxAge' }, { path: 'body.password' }],
    });
  }
});

test('events are read the same however the text is cut', async () => {
  const text =
    'retry: 2000\n\nid: 7\nevent: a\ndata: {"x":"ü🐳"}\n\n: comment\n\ndata: one\ndata: two\r\n\r\ndata\n\ndata:x';
  const expected = [
    { id: '7', event: 'a', data: { x: 'ü🐳' } },
    { event: 'message', data: 'one\ntwo' },
    { event: 'message', data: '' },
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(text.length)), async (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), text.length];
      async function* pieces() {
        for (const [at, place] of places.slice(1).entries()) yield text.slice(places[at], place);
      }
      const events = [];
      for await (const event of eventsOf(pieces())) events.push(event);
      expect(events).toEqual(expected);
    }),
  );
});
