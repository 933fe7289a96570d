import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  ConfigError,
  givenVariables,
  problemWith,
  readSettings,
  secretSetting,
  setting,
  shapeOf,
  textOf,
} from './index.ts';

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

test('stored values fill what the environment leaves out, and never replace what it gives', () => {
  const stored = { PORT: '7000', HOST: '::1' };
  expect(readSettings(settings, { PORT: '8080' }, stored)).toMatchObject({ port: 8080, host: '::1' });
  expect(givenVariables(settings, { PORT: '8080', HOST: '', TOKEN_FILE: '/some/file' })).toEqual(
    new Set(['PORT', 'TOKEN']),
  );
});

const list = z
  .string()
  .default('')
  .transform((text) => text.split(',').filter((part) => part !== ''));

test.each([
  [settings.port, { kind: 'number', minimum: 1, maximum: 65535, choices: [], default: '5000' }],
  [settings.host, { kind: 'text', minimum: null, maximum: null, choices: [], default: '127.0.0.1' }],
  [settings.token, { kind: 'secret', minimum: null, maximum: null, choices: [], default: null }],
  [setting('F', z.stringbool().default(false), ''), { kind: 'flag', default: 'false' }],
  [setting('L', list, ''), { kind: 'list', default: '' }],
  [setting('E', z.enum(['a', 'b']).default('b'), ''), { kind: 'choice', choices: ['a', 'b'], default: 'b' }],
])('a form knows what $variable takes', (one, shape) => {
  expect(shapeOf(one)).toMatchObject(shape);
});

test('a value is shown as the text that gives it, and a secret never', () => {
  expect([textOf(['a', 'b']), textOf(5), textOf(false), textOf(undefined)]).toEqual([
    'a, b',
    '5',
    'false',
    null,
  ]);
  expect([textOf({ admins: 'admin', family: 'viewer' }), textOf({})]).toEqual([
    'admins=admin, family=viewer',
    '',
  ]);
  const { token } = readSettings(settings, { TOKEN: 'hunter2hunter2' });
  expect(textOf(token)).toBeNull();
});

test('a text that is no value is told why', () => {
  expect(problemWith(settings.port, '80')).toBeNull();
  expect(problemWith(settings.port, '')).toBeNull();
  expect(problemWith(settings.port, '70000')).toMatch(/65535/);
});
