import { ApiError } from '@nebula/contract/client';
import { commonErrors } from '@nebula/errors';
import { expect, test } from 'vitest';
import { fieldProblem, troubleOf } from './copy.ts';

const failure = (code: string, more: object = {}) =>
  new ApiError({
    type: 'about:blank',
    title: code,
    status: 400,
    code,
    detail: 'What the server said.',
    requestId: 'r-1',
    ...more,
  });

test.each([...Object.keys(commonErrors), 'UNREACHABLE', 'UNEXPECTED_ANSWER'])(
  '%s has a sentence, a next step and the request to name',
  (code) => {
    const { sentence, nextStep, requestId } = troubleOf(failure(code));
    expect(sentence).toMatch(/\.$/);
    expect(nextStep).toMatch(/\.$/);
    expect(requestId).toBe('r-1');
  },
);

test("a feature's own words come before the common ones", () => {
  const own = { NOT_FOUND: { sentence: 'No such thing.', nextStep: 'Look elsewhere.' } };
  expect(troubleOf(failure('NOT_FOUND'), own).sentence).toBe('No such thing.');
});

test('a code that is not known shows what the server said', () => {
  expect(troubleOf(failure('SOMETHING_NEW')).sentence).toBe('What the server said.');
});

test('an error of our own page never shows its inner words', () => {
  expect(troubleOf(new TypeError('x is undefined')).sentence).not.toContain('undefined');
});

test('a field error is found by its path', () => {
  const error = failure('BAD_INPUT', { fields: [{ path: 'body.email', message: 'Enter an e-mail.' }] });
  expect(fieldProblem(error, 'body.email')).toBe('Enter an e-mail.');
  expect(fieldProblem(error, 'body.name')).toBeUndefined();
  expect(fieldProblem(null, 'body.email')).toBeUndefined();
});
