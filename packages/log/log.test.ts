import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLog, forgetSecret, redact, registerSecret } from './index.ts';

function capture() {
  const lines: string[] = [];
  return { lines, log: createLog({ service: 'test', level: 'debug', write: (line) => lines.push(line) }) };
}

test('a line has level, service, time, message and data', () => {
  const { lines, log } = capture();

  log.child({ requestId: 'r1' }).info({ status: 200 }, 'request');

  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'info',
    service: 'test',
    requestId: 'r1',
    status: 200,
    msg: 'request',
  });
});

test('a known secret is removed from messages, errors and their causes', () => {
  const { lines, log } = capture();
  registerSecret('s3cret/planted+value');

  log.error(
    { error: new Error('failed with s3cret/planted+value', { cause: new Error('s3cret/planted+value') }) },
    'boom',
  );

  expect(lines.join('')).not.toContain('s3cret/planted+value');
  forgetSecret('s3cret/planted+value');
});

test('known secrets are removed in every encoding, also inside a longer base64 text', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 12, maxLength: 40 }), fc.nat(5), (secret, lead) => {
      registerSecret(secret);
      const inside = Buffer.from(`${'x'.repeat(lead)}${secret}tail`).toString('base64');
      const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('hex')];
      for (const form of forms) expect(redact(`a ${form} b`)).not.toContain(form);
      expect(redact(inside)).not.toBe(inside);
      forgetSecret(secret);
    }),
  );
});

test('values of keys that name secrets and our own tokens are removed without being known', () => {
  const text = redact('{"userPassword":"hunter2","note":"neb_abcdefghijklmnopqrstuvwxyz012345"}');

  expect(text).toBe('{"userPassword":"[secret]","note":"neb_[secret]"}');
});
