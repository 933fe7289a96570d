import { expect, test } from 'vitest';
import type { RecordType } from '../contract.ts';
import { emptyParts, joinValue, partFields, splitValue } from './value-parts.ts';

test.each<[RecordType, string, string[]]>([
  ['A', '192.0.2.1', ['192.0.2.1']],
  ['MX', '10 mail.example.com', ['10', 'mail.example.com']],
  ['SRV', '1 2 443 host.example.com', ['1', '2', '443', 'host.example.com']],
  ['CAA', '0 issue "letsencrypt.org; a=b"', ['0', 'issue', 'letsencrypt.org; a=b']],
  ['TXT', 'two  "words" \\\\', ['two  "words" \\\\']],
])('%s %s goes into parts and back', (type, value, parts) => {
  expect(splitValue(type, value)).toEqual(parts);
  expect(joinValue(type, parts)).toBe(value);
  expect(partFields(type)).toHaveLength(parts.length);
  expect(emptyParts(type)).toHaveLength(parts.length);
});
