import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEntries } from './transfer-json.ts';

const values = fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 6 });

function entriesIn(text: string) {
  return [...readEntries(text)].flatMap((entry) => (entry === null ? [] : [entry]));
}

function read(text: string): unknown[] {
  return entriesIn(text).map((entry) => JSON.parse(entry.text));
}

test('a list is cut into the entries that it has, bare or under its name, with spaces or without', () => {
  fc.assert(
    fc.property(values, fc.jsonValue(), fc.constantFrom(0, 1, 2), (list, other, space) => {
      const wanted: unknown = JSON.parse(JSON.stringify(list));
      expect(read(JSON.stringify(list, null, space))).toEqual(wanted);
      const under = JSON.stringify({ before: other, domains: list, after: other }, null, space);
      expect(read(under)).toEqual(wanted);
    }),
  );
});

test('whatever comes in is entries or a refusal', () => {
  const text = fc.string({
    unit: fc.constantFrom('[', ']', '{', '}', '"', ',', ':', '\\', '1', 'a', '\n', ' '),
  });
  fc.assert(
    fc.property(text, (given) => {
      try {
        for (const entry of entriesIn(given)) expect(entry.text).not.toBe('');
      } catch (error) {
        expect(error).toMatchObject({ code: 'FILE_UNREADABLE' });
      }
    }),
  );
});

test('each entry knows its line, and one that is malformed is not mistaken for two', () => {
  const text = '{"domains": [\n {"name": "a,]"},\n\n {"name": "b" "c"}\n]}';
  expect(entriesIn(text)).toEqual([
    { line: 2, text: '{"name": "a,]"}' },
    { line: 4, text: '{"name": "b" "c"}' },
  ]);
});

test.each([
  ['', /no list/],
  ['"domains"', /no list/],
  ['{"items": []}', /no list/],
  ['{"domains": {}}', /no list/],
  ['[1,\n2', /Line 2: .*JSON/],
  ['[1]\n x', /Line 2: .*JSON/],
  ['[1 2]', /Line 1: .*JSON/],
  [`["${'x'.repeat(1_000_001)}"]`, /longer/],
  [`["${'\\"'.repeat(2_000_000)}"]`, /longer/],
  [`[${'1'.repeat(1_000_001)}]`, /longer/],
])('%.30j is refused', (text, sentence) => {
  expect(() => read(text)).toThrow(sentence);
});

test('of many members beside the list others have their turns between', () => {
  const members = '"a":1,'.repeat(50);
  const text = `{${members}"domains":[1]${`,${members}`.slice(0, -1)}}`;
  expect([...readEntries(text)].filter((entry) => entry === null)).toHaveLength(100);
});
