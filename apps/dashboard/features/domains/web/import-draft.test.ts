import { expect, test } from 'vitest';
import { type ImportRow, mostImportBytes } from '../contract-transfer.ts';
import { emptyTarget } from './draft.ts';
import { doesOf, emptySource, excessOf, importBody, isFilled, noChoices, wordsOf } from './import-draft.ts';

const row: ImportRow = {
  ...{ row: 1, line: 2, name: 'a.example.com', verdict: 'conflict', does: 'nothing', why: null, notes: [] },
  ...{ leadsTo: '', differences: [], id: null },
};
const target = { ...emptyTarget(), container: 'web', containerPort: '80' };

test('what was chosen for single names goes with the text', () => {
  const choices = {
    does: new Map([
      ['a.example.com', 'merge' as const],
      ['b.example.com', '' as const],
    ]),
    targets: new Map([['c.example.com', target]]),
  };
  const draft = {
    ...emptySource,
    text: 'name\na.example.com',
    format: 'csv' as const,
    origin: 'example.com',
  };
  expect(importBody(draft, choices, { isDryRun: false, leavesOutInvalid: true })).toEqual({
    ...{
      text: 'name\na.example.com',
      format: 'csv',
      isDryRun: false,
      leavesOutInvalid: true,
      onConflict: 'skip',
    },
    choices: [
      { name: 'a.example.com', does: 'merge' },
      { name: 'b.example.com' },
      { name: 'c.example.com', target: { kind: 'container', name: 'web', port: 80, isTls: false } },
    ],
  });
});

test('a zone of a provider is named instead of a text', () => {
  const draft = { ...emptySource, source: 'zone' as const, zone: 'ID example.com', text: 'left over' };
  const body = importBody(draft, noChoices, { isDryRun: true, leavesOutInvalid: false });
  expect(body).toMatchObject({ format: 'provider-zone', providerId: 'ID', zone: 'example.com' });
  expect(body).not.toHaveProperty('text');
  expect([isFilled(draft), isFilled({ ...draft, zone: '' }), isFilled(emptySource)]).toEqual([
    true,
    false,
    false,
  ]);
});

test('a text is too large by the bytes in which it is sent', () => {
  const half = mostImportBytes / 2;
  expect(excessOf({ ...emptySource, text: 'a'.repeat(half) })).toBeNull();
  expect(excessOf({ ...emptySource, text: '\n'.repeat(half) })).toBeGreaterThan(mostImportBytes);
  expect(excessOf({ ...emptySource, text: 'ü'.repeat(half) })).toBeGreaterThan(mostImportBytes);
  expect(excessOf({ ...emptySource, source: 'zone', text: '\n'.repeat(half) })).toBeNull();
});

test('what becomes of a row follows what was chosen for it since', () => {
  const waiting: ImportRow = { ...row, verdict: 'needs-target' };
  const fresh: ImportRow = { ...row, verdict: 'new', does: 'create' };
  const choose = (does: 'leave-out' | 'overwrite') => ({ ...noChoices, does: new Map([[row.name, does]]) });
  expect(doesOf(row, noChoices)).toBe('nothing');
  expect(doesOf(row, choose('overwrite'))).toBe('change');
  expect(doesOf(fresh, choose('leave-out'))).toBe('nothing');
  expect(doesOf(waiting, noChoices)).toBe('nothing');
  expect(doesOf(waiting, { ...noChoices, targets: new Map([[row.name, target]]) })).toBe('create');
});

test('a row is spoken of in the words of this page, and in those of the server where there are none', () => {
  const values = { types: 'MX' };
  expect(wordsOf({ code: 'no-address', values, sentence: 'x' })).toContain('MX');
  expect(wordsOf({ code: 'of-a-newer-server', values, sentence: 'What the server says.' })).toBe(
    'What the server says.',
  );
});
