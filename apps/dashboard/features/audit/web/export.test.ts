import { expect, test } from 'vitest';
import type { AuditEntry } from '../contract.ts';
import { linesOf } from './export.ts';

const entry = (id: number): AuditEntry => ({
  id: `00000000-0000-7000-8000-00000000000${id}`,
  at: '2026-01-02T03:04:05.000Z',
  actor: { kind: 'user', id: 'me', name: 'Me\nand a line' },
  action: 'containers.restart',
  target: { type: 'container', id: 'c', name: 'web', hostId: 'local' },
  requestId: 'r',
  outcome: 'done',
  before: { name: 'old' },
  isSealed: true,
});

const pages = (asked: (string | undefined)[]) => async (cursor: string | undefined) => {
  asked.push(cursor);
  const at = Number(cursor ?? 0);
  return { items: [entry(2 * at), entry(2 * at + 1)], next: at === 2 ? null : String(at + 1) };
};

test('every page is taken, and each entry is one line that says all of it', async () => {
  const asked: (string | undefined)[] = [];

  const { lines, isCut } = await linesOf(pages(asked));

  expect(asked).toEqual([undefined, '1', '2']);
  expect(lines.map((line) => JSON.parse(line))).toEqual([0, 1, 2, 3, 4, 5].map(entry));
  expect(lines.join('').split('\n')).toHaveLength(7);
  expect(isCut).toBe(false);
});

test('what is too much for a browser is cut, and that is known', async () => {
  expect(await linesOf(pages([]), 3)).toMatchObject({ lines: { length: 4 }, isCut: true });
});
