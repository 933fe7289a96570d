import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigError, readSettings, secretSetting, setting } from './index.ts';

const settings = {
  port: setting('PORT', z.coerce.number().int().min(1).max(65535).default(5000), 'Port to listen on'),
  host: setting('HOST', z.string().default('127.0.0.1'), 'Address to listen on'),
  token: secretSetting('TOKEN', 'Token of the provider'),
};

test('values come from the environment and defaults fill the rest', () => {
  expect(readSettings(settings, { PORT: '8080' })).toMatchObject({
    port: 8080,
    host: '127.0.0.1',
    token: null,
  });
});

test('every problem is told at once with the sentence of its setting', () => {
  const other = { ...settings, mode: setting('MODE', z.enum(['a', 'b']), 'How it runs') };

  const read = () => readSettings(other, { PORT: 'seventy' });

  expect(read).toThrow(ConfigError);
  expect(read).toThrow(/PORT.*Port to listen on[\s\S]*MODE.*How it runs/);
});

test('a value can come from a file, and a file that is not there is told like any other problem', () => {
  const own = fileURLToPath(import.meta.url);

  expect(readSettings(settings, { TOKEN_FILE: own }).token?.reveal()).toContain(
    'a value can come from a file',
  );
  expect(() => readSettings(settings, { TOKEN_FILE: '/nonexistent/token', PORT: 'x' })).toThrow(
    /PORT[\s\S]*TOKEN_FILE.*ENOENT/,
  );
});

test('a secret does not show in text, JSON or inspection', () => {
  const { token } = readSettings(settings, { TOKEN: 'hunter2-planted' });

  expect(`${token} ${JSON.stringify({ token })} ${inspect({ token })}`).not.toContain('hunter2');
  expect(token?.reveal()).toBe('hunter2-planted');
});
