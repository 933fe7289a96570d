import { expect, test } from 'vitest';
import { tooDeepAt } from './nesting.ts';

const times = 20_000;

test.each([
  ['lists', `services: ${'['.repeat(times)}`],
  ['lists that are closed', `x-a: ${'['.repeat(times)}${']'.repeat(times)}`],
  ['maps', `services: ${'{a: '.repeat(times)}`],
  ['both, over many lines', `services:\n  a: ${'[\n    {b: '.repeat(times / 2)}`],
  ['lists with anchors and tags', `x-a: ${'&a !!seq ['.repeat(times)}`],
  ['block lists', `x-a:\n  ${'- '.repeat(times)}a`],
  ['explicit keys', `${'? '.repeat(times)}a`],
  ['explicit values', `${': '.repeat(times)}a`],
])('%s that stand too deep in one another are found', async (_what, text) => {
  expect(await tooDeepAt(text)).toEqual(expect.any(Number));
});

test('the line is told', async () => {
  expect(await tooDeepAt(`services:\n  a:\n    image: i\n    x: ${'['.repeat(101)}\n`)).toBe(4);
});

test.each([
  ['many lists beside one another', `x-a: [${'[a], '.repeat(times)}]`],
  [
    'many maps',
    `services:\n${Array.from({ length: 5000 }, (_, at) => `  s${at}: {image: i, ports: [80]}\n`).join('')}`,
  ],
  ['brackets in quotes', `x-a: "${'['.repeat(times)}"\nx-b: '${'{'.repeat(times)}'`],
  ['brackets in plain words', `x-a: a${'['.repeat(times)}`],
  ['brackets in a comment', `x-a: b # ${'['.repeat(times)}`],
  ['brackets in a text of many lines', `x-a: |\n${'  \\e[31m [ { - -\n'.repeat(times)}x-b: 1\n`],
  ['long lists', `x-a:\n${'  - - a\n    - b\n'.repeat(times / 10)}`],
])('%s are no depth', async (_what, text) => {
  expect(await tooDeepAt(text)).toBeNull();
});
