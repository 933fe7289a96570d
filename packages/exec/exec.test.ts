import fc from 'fast-check';
import { expect, test } from 'vitest';
import { run, slot } from './index.ts';

test('a program gets its arguments as they are, without a shell in between', async () => {
  const hostile = '$(touch /tmp/owned); `id` && "quoted" \'single\' | cat';

  const outcome = await run({ program: '/bin/echo', args: [slot(hostile)] }, { timeoutMs: 5000 });

  expect(outcome).toMatchObject({ code: 0, stdout: `${hostile}\n`, truncated: false });
});

test('the environment is clean', async () => {
  const outcome = await run({ program: '/usr/bin/env', args: [] }, { timeoutMs: 5000 });

  expect(
    outcome.stdout
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0])
      .sort(),
  ).toEqual(['HOME', 'LC_ALL', 'PATH']);
});

test('a slot never begins with a dash and never holds a control character', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const isHarmless = text !== '' && !text.startsWith('-') && !/[\u0000-\u001f\u007f]/.test(text);
      if (isHarmless) expect(slot(text).slot).toBe(text);
      else expect(() => slot(text)).toThrow(/cannot be an argument/);
    }),
  );
});

test('a program that takes too long is stopped with its children', async () => {
  const started = Date.now();

  await expect(run({ program: '/bin/sleep', args: ['30'] }, { timeoutMs: 200 })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
  });

  expect(Date.now() - started).toBeLessThan(5000);
});

test('output beyond the limit is cut and said to be', async () => {
  const outcome = await run(
    { program: '/usr/bin/head', args: ['-c', '5000', '/dev/zero'] },
    { timeoutMs: 5000, maxOutput: 1000 },
  );

  expect([outcome.stdout.length, outcome.truncated]).toEqual([1000, true]);
});

test('a program that does not exist is a clear failure', async () => {
  await expect(run({ program: '/nonexistent/program', args: [] }, { timeoutMs: 1000 })).rejects.toMatchObject(
    {
      code: 'UNAVAILABLE',
    },
  );
});
