import { AppError } from '@nebula/errors';
import { expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { ApiError, type Client, createClient } from './client.ts';
import {
  call,
  defineContract,
  endpointTable,
  PageQuery,
  pageOf,
  pageWindow,
  permissionMatrix,
  stream,
  upload,
} from './index.ts';
import { openApi } from './openapi.ts';

const pets = defineContract({
  id: 'pets',
  permissions: {
    'pets:read': { role: 'viewer', summary: 'See' },
    'pets:write': { role: 'operator', summary: 'Change' },
  },
  actions: { rename: { permission: 'pets:write', undo: 'Rename again' } },
  events: { renamed: { access: 'pets:read', data: z.object({ id: z.string() }) } },
  endpoints: {
    list: call({
      method: 'GET',
      path: '/pets',
      summary: 'All',
      access: 'pets:read',
      query: PageQuery,
      output: pageOf(z.object({ id: z.string() })),
    }),
    rename: call({
      method: 'POST',
      path: '/pets/:id/rename',
      summary: 'Rename',
      access: 'pets:write',
      params: z.object({ id: z.string() }),
      body: z.object({ name: z.string() }),
      errors: { NAME_TAKEN: 409 },
    }),
    watch: stream({
      path: '/pets/:id/watch',
      summary: 'Watch',
      access: 'signed-in',
      params: z.object({ id: z.string() }),
      item: z.string(),
    }),
    picture: upload({
      path: '/pets/:id/picture',
      summary: 'Store',
      access: 'pets:write',
      params: z.object({ id: z.string() }),
      maxBytes: 10,
      output: z.object({ bytes: z.number() }),
    }),
  },
});
const api = { pets };

function answering(status: number, body: string, type = 'application/json') {
  const calls: { url: string; init: RequestInit | undefined }[] = [];
  const fetchIt: typeof fetch = async (url, init) => {
    calls.push({ url: String(url), init });
    return new Response(status === 204 ? null : body, { status, headers: { 'content-type': type } });
  };
  const client = createClient<typeof api>(endpointTable(api), {
    baseUrl: 'http://x',
    fetch: fetchIt,
    headers: () => ({ 'x-csrf-token': 't' }),
  });
  return { calls, client };
}

test('a contract that needs a permission it does not declare is refused', () => {
  const make = () =>
    defineContract({
      ...pets,
      endpoints: { list: call({ method: 'GET', path: '/x', summary: 'x', access: 'other:read' }) },
    });

  expect(make).toThrow(/pets.list needs the permission other:read/);
});

test('the client fills parameters, sends what the contract says and is typed by it', async () => {
  const { calls, client } = answering(200, '{"items":[{"id":"1"}],"next":null}');

  const page = await client.pets.list({ query: { limit: 2 } });

  expectTypeOf(page.items[0]?.id).toEqualTypeOf<string | undefined>();
  expectTypeOf<Parameters<Client<typeof api>['pets']['rename']>[0]['body']>().toEqualTypeOf<{
    name: string;
  }>();
  expect(page.items).toEqual([{ id: '1' }]);
  expect(calls[0]?.url).toBe('http://x/api/pets?limit=2');
  expect(client.pets.watch({ params: { id: 'a/b?c' } })).toBe('http://x/api/pets/a%2Fb%3Fc/watch');
});

test('a problem becomes an error with code, fields and request id', async () => {
  const problem = {
    type: 'about:blank',
    title: 'x',
    status: 409,
    code: 'NAME_TAKEN',
    detail: 'Taken.',
    requestId: 'r1',
  };
  const { client } = answering(409, JSON.stringify(problem), 'application/problem+json');

  const failure = await client.pets
    .rename({ params: { id: '1' }, body: { name: 'x' } })
    .catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(ApiError);
  expect(failure).toMatchObject({ code: 'NAME_TAKEN', status: 409, requestId: 'r1', message: 'Taken.' });
});

test('an answer of a proxy and a server that is away have codes of their own', async () => {
  const { client } = answering(502, '<html>Bad gateway</html>', 'text/html');
  const away = createClient<typeof api>(endpointTable(api), {
    baseUrl: 'http://x',
    fetch: () => Promise.reject(new TypeError('fetch failed')),
  });

  await expect(client.pets.list()).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER', status: 502 });
  await expect(away.pets.list()).rejects.toMatchObject({ code: 'UNREACHABLE', status: 0 });
});

test('the OpenAPI document lists every endpoint with its inputs and its failures', () => {
  const document = JSON.parse(JSON.stringify(openApi(api, { title: 'Pets', version: '1' })));

  expect(Object.keys(document.paths)).toEqual([
    '/api/pets',
    '/api/pets/{id}/rename',
    '/api/pets/{id}/watch',
    '/api/pets/{id}/picture',
  ]);
  const rename = document.paths['/api/pets/{id}/rename'].post;
  expect(rename.parameters).toEqual([expect.objectContaining({ name: 'id', in: 'path', required: true })]);
  expect(rename.responses['409'].description).toContain('NAME_TAKEN');
  expect(document.paths['/api/pets'].get.parameters[0]).toMatchObject({ name: 'limit', required: false });
});

test('the permission matrix follows roles', () => {
  expect(permissionMatrix(api).find((row) => row.endpoint === 'pets.rename')?.allowed).toEqual({
    'signed-out': false,
    viewer: false,
    operator: true,
    admin: true,
  });
});

test('a page knows whether there is another', () => {
  expect(pageWindow([1, 2, 3], 2, String)).toEqual({ items: [1, 2], next: '2' });
  expect(pageWindow([1, 2], 2, String)).toEqual({ items: [1, 2], next: null });
  expect(new AppError('X', 'y').fields).toEqual([]);
});
