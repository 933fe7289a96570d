import type { Finding } from '@nebula/audit';
import { expect, test } from 'vitest';
import { ofFindings } from './overview.ts';

const finding: Finding = {
  kind: 'entry-changed',
  subject: 'x',
  message: 'Entry x was changed after it was sealed.',
};

test.each<[number, string[]]>([
  [0, []],
  [1, ['The audit does not hold: Entry x was changed after it was sealed.']],
  [40, ['The audit does not hold: 40 entries or seals were changed behind our back.']],
])('%i findings are one matter at most', (count, wanted) => {
  expect(ofFindings(Array.from({ length: count }, () => finding)).map(({ sentence }) => sentence)).toEqual(
    wanted,
  );
});
