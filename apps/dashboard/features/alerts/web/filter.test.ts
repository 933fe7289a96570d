import { expect, test } from 'vitest';
import { readIncidentFilter } from './filter.ts';

test('only what is valid is taken from the address', () => {
  expect(
    readIncidentFilter({ state: 'closed', severity: 'critical', search: ' web ', subject: 'app/web' }),
  ).toEqual({
    state: 'closed',
    severity: 'critical',
    search: 'web',
    subject: 'app/web',
  });
  expect(readIncidentFilter({ state: 'broken', severity: 'fatal', search: '  ' })).toEqual({
    state: undefined,
    severity: undefined,
    search: undefined,
    subject: undefined,
  });
});
