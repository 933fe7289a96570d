import { expect, test } from 'vitest';
import { basicLogin } from './plain.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

test.each([
  ['mara:secret', { name: 'mara', password: 'secret' }],
  ['mara:a:b:c', { name: 'mara', password: 'a:b:c' }],
  [':secret', { name: '', password: 'secret' }],
  ['mara:', { name: 'mara', password: '' }],
  ['mära:pässword', { name: 'mära', password: 'pässword' }],
])('%s is read as name and password', (text, login) => {
  expect(basicLogin(basic(text))).toEqual(login);
  expect(basicLogin(basic(text).replace('Basic', 'basic'))).toEqual(login);
});

test.each([
  undefined,
  '',
  'Basic',
  'Basic ',
  'Basic ?',
  'Bearer neb_key',
  basic('no colon'),
  `${basic('a:b')} more`,
  basic(`a:${'b'.repeat(3000)}`),
])('%s holds no login', (header) => {
  expect(basicLogin(header)).toBeNull();
});
