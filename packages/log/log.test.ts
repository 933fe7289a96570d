import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLog, forgetSecret, redact, redactJson, registerSecret } from './index.ts';

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

test('a number or a whole document that is secret leaves JSON that can be read', () => {
  const document = { account: 'evin', pin: 4 };
  const lines: string[] = [];
  registerSecret('73519284');
  registerSecret(JSON.stringify(document));
  try {
    const value = {
      at: 173519284000,
      pin: 73519284,
      kept: 'yes',
      document,
      password: 'x"y',
      list: [document],
    };

    const read = JSON.parse(redactJson(value));
    createLog({ service: 'test', level: 'info', write: (line) => lines.push(line) }).info(value, 'done');

    expect(read).toEqual({
      at: '[secret]',
      pin: '[secret]',
      kept: 'yes',
      document: '[secret]',
      password: '[secret]',
      list: ['[secret]'],
    });
    expect(JSON.parse(lines.join(''))).toMatchObject({ ...read, msg: 'done' });
    expect(lines.join('')).toMatch(/\}\n$/);
  } finally {
    forgetSecret('73519284');
    forgetSecret(JSON.stringify(document));
  }
});
