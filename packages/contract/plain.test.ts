import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Client, createClient } from './client.ts';
import { addressOf, call, defineContract, endpointTable, plain } from './index.ts';
import { openApi } from './openapi.ts';

const routers = defineContract({
  id: 'routers',
  permissions: {},
  actions: {},
  events: {},
  endpoints: {
    tell: plain({
      path: '/nic/update',
      summary: 'Tell an address',
      access: 'public',
      limit: '60/1m',
      query: z.object({ hostname: z.string().optional() }),
    }),
    list: call({ method: 'GET', path: '/routers', summary: 'All', access: 'public' }),
  },
});

test('an endpoint of another protocol stands at its own address, all others below /api', () => {
  expect(addressOf(routers.endpoints.tell)).toBe('/nic/update');
  expect(addressOf(routers.endpoints.list)).toBe('/api/routers');
});

test('a client answers its address, as it does for streams', () => {
  const api = { routers };
  const client: Client<typeof api> = createClient(endpointTable(api), { baseUrl: 'http://x' });

  expect(client.routers.tell({ query: { hostname: 'a.example' } })).toBe(
    'http://x/nic/update?hostname=a.example',
  );
});

test('it is described with the login it takes and the text it answers', () => {
  expect(openApi({ routers }, { title: 'x', version: '1' })).toMatchObject({
    paths: {
      '/nic/update': {
        get: {
          security: [{ login: [] }],
          responses: { 200: { content: { 'text/plain': {} } }, 401: { content: { 'text/plain': {} } } },
        },
      },
      '/api/routers': {},
    },
    components: { securitySchemes: { login: { type: 'http', scheme: 'basic' } } },
  });
});
