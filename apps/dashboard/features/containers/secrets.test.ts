import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSecret, maskArguments, maskDescription, maskLabels, maskOutput, variableOf } from './secrets.ts';

test.each([
  ['MYSQL_ROOT_PASSWORD', 'x'],
  ['DB_PASS', 'x'],
  ['PGPASSWORD', 'x'],
  ['API_KEY', 'x'],
  ['apikey', 'x'],
  ['SECRET_KEY_BASE', 'x'],
  ['GITHUB_TOKEN', 'x'],
  ['AWS_SECRET_ACCESS_KEY', 'x'],
  ['JWT_PRIVATE_KEY', 'x'],
  ['SMTP_AUTH', 'x'],
  ['SENTRY_DSN', 'x'],
  ['SESSION_COOKIE', 'x'],
  ['DATABASE_URL', 'postgres://app:hunter2@db/app'],
  ['SETTINGS', '-----BEGIN RSA PRIVATE KEY-----'],
  ['OTHER', 'ghp_0123456789abcdefghij'],
  ['BEARER', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x'],
])('%s=%s is a secret', (name, value) => {
  expect(isSecret(name, value)).toBe(true);
});

test.each([
  ['PATH', '/usr/bin'],
  ['TZ', 'Europe/Berlin'],
  ['PASSWORD_FILE', '/run/secrets/password'],
  ['KEYBOARD', 'de'],
  ['AUTHOR', 'me'],
  ['MONKEY', 'x'],
  ['COMPASS', 'north'],
  ['URL', 'https://example.com/a@b'],
  ['PASSWORD', ''],
])('%s=%s is none', (name, value) => {
  expect(isSecret(name, value)).toBe(false);
});

test('a line of an environment is cut at its first equals sign', () => {
  expect(variableOf('A=b=c')).toEqual({ name: 'A', value: 'b=c', isSecret: false });
  expect(variableOf('ALONE')).toEqual({ name: 'ALONE', value: '', isSecret: false });
});

test('secrets among arguments and labels are masked, the rest stays', () => {
  expect(maskArguments(['server', '--password=hunter2', '--token', 'abc', '--port', '80'])).toEqual([
    'server',
    '--password=••••••',
    '--token',
    '••••••',
    '--port',
    '80',
  ]);
  expect(maskLabels({ 'traefik.http.middlewares.x.basicauth.users': 'me:$apr1$x', a: 'b' })).toEqual({
    'traefik.http.middlewares.x.basicauth.users': '••••••',
    a: 'b',
  });
});

test('what a program prints keeps its words and loses the secrets it was given', () => {
  const text =
    'ready = yes\nDB_PASSWORD=hunter2 is wrong\ncannot reach postgres://app:hunter2@db/app\nrun --token hunter2';

  expect(maskOutput(text)).toBe(
    'ready = yes\nDB_PASSWORD=•••••• is wrong\ncannot reach ••••••\nrun --token ••••••',
  );
});

test('a secret is nowhere in a masked description, wherever it stood', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9]{12,20}$/), (secret) => {
      const description = {
        Config: {
          Env: [`DB_PASSWORD=${secret}`, 'TZ=UTC', `URL=redis://:${secret}@cache`],
          Cmd: ['run', `--api-key=${secret}`, '--token', secret],
          Labels: { 'my.password': secret },
          Healthcheck: { Test: ['CMD', 'ping', `--password=${secret}`] },
        },
        HostConfig: { LogConfig: { Config: { 'splunk-token': secret } } },
        Args: [`--secret=${secret}`],
      };

      const shown = JSON.stringify(maskDescription(description));

      expect(shown).not.toContain(secret);
      expect(shown).toContain('TZ=UTC');
    }),
  );
});
