import { expect, test } from 'vitest';
import { DomainOptions, DomainTarget } from '../contract.ts';
import {
  emptyOptions,
  emptyTarget,
  keeperOf,
  keeperWord,
  optionsDraftOf,
  optionsOf,
  passwordsOf,
  targetDraftOf,
  targetOf,
} from './draft.ts';

test.each([
  { kind: 'container', name: 'immich', port: 2283, isTls: false },
  {
    kind: 'addresses',
    upstreams: [
      { host: '192.168.1.7', port: 80 },
      { host: 'nas', port: 5001 },
    ],
    balance: 'first',
    isTls: true,
    isUnverified: true,
  },
  { kind: 'redirect', to: 'https://example.com', keepsPath: false, status: 308 },
])('a target comes out of the form as it went in: %j', (given) => {
  const target = DomainTarget.parse(given);
  expect(targetOf(targetDraftOf(target))).toEqual(target);
});

test('options come out of the form as they went in', () => {
  const options = DomainOptions.parse({
    compresses: true,
    requestHeaders: [{ name: 'X-From', value: 'home' }],
    responseHeaders: [{ name: 'Server', value: null }],
    redirects: [{ from: '/old', to: '/new', status: 301 }],
    maxBodyBytes: 10_485_760,
    readTimeoutSeconds: 30,
    writeTimeoutSeconds: 40,
    retrySeconds: 0,
    healthPath: '/health',
    snippet: 'encode zstd',
  });
  expect(optionsOf(optionsDraftOf(options))).toEqual(options);
});

test('of accounts only what was typed is sent, and null for those that were taken away', () => {
  const draft = optionsDraftOf(DomainOptions.parse({}), ['ann', 'bob', 'eve']);
  const [ann, bob] = draft.accounts;
  if (ann === undefined || bob === undefined) throw new TypeError('they are kept');
  const accounts = [
    ann,
    { ...bob, password: 'another one' },
    { key: 9, username: ' new ', password: 'long enough', isKept: false },
    { key: 10, username: '', password: '', isKept: false },
  ];
  expect(passwordsOf({ ...draft, accounts }, ['ann', 'bob', 'eve'])).toEqual({
    eve: null,
    bob: 'another one',
    new: 'long enough',
  });
  expect(passwordsOf(draft, ['ann', 'bob', 'eve'])).toEqual({});
});

test('what is no number is sent as one that is refused, so that its field is marked', () => {
  expect(targetOf({ ...emptyTarget(), container: 'web', containerPort: '80a' })).toMatchObject({ port: -1 });
  expect(DomainTarget.safeParse(targetOf({ ...emptyTarget(), container: 'web' })).success).toBe(false);
});

test('rows that nobody filled in are left out, those before them keep their places', () => {
  const rows = [
    { key: 1, host: '', port: '80' },
    { key: 2, host: 'nas', port: '80' },
    { key: 3, host: '', port: '' },
  ];
  expect(targetOf({ ...emptyTarget(), kind: 'addresses', upstreams: rows })).toMatchObject({
    upstreams: [{ host: '' }, { host: 'nas' }],
  });
  expect(DomainOptions.safeParse(optionsOf(emptyOptions())).success).toBe(true);
});

test('a keeper of records is one word and back', () => {
  const provider = { kind: 'provider', providerId: '0189', zone: 'example.com' } as const;
  expect(keeperOf(keeperWord(provider))).toEqual(provider);
  expect(keeperOf(keeperWord({ kind: 'elsewhere' }))).toEqual({ kind: 'elsewhere' });
});
