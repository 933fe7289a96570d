import { call, defineContract, pageOf, PageQuery } from '@nebula/contract';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Lookup, lookupFor } from './lookup.ts';
import type { Server } from './server.ts';

const Person = z.object({ id: z.string(), email: z.string(), name: z.string(), hostId: z.string() });
const permissions = { 'people:read': { role: 'viewer', summary: 'See people' } } as const;
const people = defineContract({
  id: 'people',
  permissions,
  actions: {},
  events: {},
  endpoints: {
    list: call({
      method: 'GET',
      path: '/users',
      summary: 'People',
      access: 'people:read',
      query: PageQuery,
      output: pageOf(Person),
    }),
    tags: call({
      method: 'GET',
      path: '/users/:id/tags',
      summary: 'Tags of a person',
      access: 'people:read',
      params: z.object({ id: z.string() }),
      output: z.object({ items: z.array(z.object({ tag: z.string() })) }),
    }),
  },
});
const contracts = { people };
const id = (first: string) => `${first.padEnd(8, '0')}-0000-7000-8000-000000000000`;
const rows = [
  { id: id('aa1'), email: 'ann@example.com', name: 'Ann', hostId: 'local' },
  { id: id('aa2'), email: 'ben@example.com', name: 'Sam', hostId: 'local' },
  { id: id('bb1'), email: 'sam@example.com', name: 'Sam', hostId: 'nas' },
];
const asked: unknown[] = [];

/** Answers one person a page. */
const server: Server = {
  target: { url: '', key: null, authority: null },
  client: new Proxy({}, {}) as Server['client'],
  fetch,
  async call(_feature, _endpoint, { query }) {
    asked.push(query);
    const at = Number(query['cursor'] ?? 0);
    return { items: rows.slice(at, at + 1), next: at + 1 < rows.length ? String(at + 1) : null };
  },
};

function lookup(): Lookup {
  const found = lookupFor(contracts, '/users/:id/rename', 'id');
  if (found === undefined) throw new Error('nothing lists people');
  return found;
}

const find = (text: string) => lookup().find(server, {}, text, new AbortController().signal);

test('a person is found by name, address, whole id or its beginning, on whatever page', async () => {
  expect(await find('Ann')).toBe(id('aa1'));
  expect(await find('sam@example.com')).toBe(id('bb1'));
  expect(await find('bb')).toBe(id('bb1'));
  asked.length = 0;
  expect(await find(id('cc1'))).toBe(id('cc1'));
  expect(asked).toEqual([]);
});

test('what means several is refused and they are told apart; what is nothing names what is like it', async () => {
  await expect(find('Sam')).rejects.toMatchObject({
    exitCode: 2,
    message: '"Sam" is not one user but 2.',
    next: expect.stringMatching(/ben@example.com \(aa2.* on local\), sam@example.com \(bb1.* on nas\)/),
  });
  await expect(find('aa')).rejects.toMatchObject({ exitCode: 2 });
  await expect(find('example')).rejects.toMatchObject({
    exitCode: 8,
    next: 'Is it one of ann@example.com, ben@example.com, sam@example.com?',
  });
  await expect(find('zzz')).rejects.toMatchObject({ next: expect.stringContaining('nebula people list') });
});

test('a parameter that is itself the name needs no look, and one that nothing lists has no lookup', async () => {
  const tag = lookupFor(contracts, '/users/:id/tags/:tag', 'tag');

  expect(lookup()).toMatchObject({ placeholder: 'EMAIL_OR_ID', example: 'me@example.com' });
  expect(await lookup().names(server, {}, new AbortController().signal)).toHaveLength(3);
  expect(tag?.placeholder).toBe('TAG');
  asked.length = 0;
  expect(await tag?.find(server, {}, 'red', new AbortController().signal)).toBe('red');
  expect(asked).toEqual([]);
  expect(lookupFor(contracts, '/pets/:id', 'id')).toBeUndefined();
});
