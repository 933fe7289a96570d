import { DriverError, type DriverErrorKind } from '@nebula/errors';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  afterFailure,
  askableAt,
  type AuthorityState,
  chooseAuthority,
  chooseMethod,
  wellAuthority,
} from './authorities.ts';

const now = new Date('2026-01-01T00:00:00Z');
const first = { directory: 'https://first.test/' };
const second = { directory: 'https://second.test/' };
const after = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const knowing = (states: Record<string, AuthorityState>) => (directory: string) =>
  states[directory] ?? wellAuthority;

test('the first authority is asked while nothing is known against it, and the second when it must be left alone', () => {
  expect(chooseAuthority([first, second], knowing({}), null, now)).toBe(first);
  const limited = afterFailure(
    wellAuthority,
    new DriverError('rate-limited', 'too often', { retryAfterSeconds: 7200 }),
    now,
  );
  expect(limited.retryAt).toEqual(after(120));
  const stateOf = knowing({ [first.directory]: limited });
  expect(chooseAuthority([first, second], stateOf, null, now)).toBe(second);
  expect(chooseAuthority([first], stateOf, null, now)).toBeNull();
  expect(chooseAuthority([first], stateOf, null, after(120))).toBe(first);
  expect(askableAt([first], stateOf)).toEqual(after(120));
  expect(askableAt([first, second], stateOf)).toBeNull();
});

test('one that failed last for a name is not asked for it again while there is another', () => {
  expect(chooseAuthority([first, second], knowing({}), first.directory, now)).toBe(second);
  expect(chooseAuthority([first], knowing({}), first.directory, now)).toBe(first);
});

test('a name that could not be proven says nothing against its authority', () => {
  expect(afterFailure(wellAuthority, new DriverError('rejected', 'no such record'), now)).toEqual(
    wellAuthority,
  );
});

test('an authority that goes on failing is asked less and less often, but within six hours', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom<DriverErrorKind>('unavailable', 'unauthorized', 'unsupported'), {
        maxLength: 40,
      }),
      (kinds) => {
        let state = wellAuthority;
        let last = 0;
        for (const kind of kinds) {
          state = afterFailure(state, new DriverError(kind, 'away'), now);
          const wait = (state.retryAt?.getTime() ?? 0) - now.getTime();
          expect(wait).toBeGreaterThanOrEqual(last);
          expect(wait).toBeLessThanOrEqual(6 * 3_600_000);
          last = wait;
        }
      },
    ),
  );
});

test('the instant until which it asks to be left alone never moves nearer', () => {
  const limited = afterFailure(
    wellAuthority,
    new DriverError('rate-limited', 'too often', { retryAfterSeconds: 86_400 }),
    now,
  );
  expect(afterFailure(limited, new DriverError('unavailable', 'away'), now).retryAt).toEqual(after(1440));
});

test('each way to prove a name is tried in turn', () => {
  expect([0, 1, 2].map((failures) => chooseMethod(['dns-01', 'http-01'], failures))).toEqual([
    'dns-01',
    'http-01',
    'dns-01',
  ]);
  expect(chooseMethod([], 0)).toBeNull();
});
