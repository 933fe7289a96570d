import { createJudge, systemActor } from '@nebula/auth';
import { defineContract, download, permissionsOf } from '@nebula/contract';
import { createLog } from '@nebula/log';
import type { Context } from '@nebula/runtime';
import { z } from 'zod';
import { expect, test } from 'vitest';
import { createServer } from './server.ts';

const stories = defineContract({
  id: 'stories',
  permissions: { 'stories:read': { role: 'viewer', summary: 'Read stories' } },
  actions: {},
  events: {},
  endpoints: {
    fetch: download({
      path: '/story',
      summary: 'A story without an end',
      access: 'stories:read',
      query: z.object({ isBroken: z.coerce.boolean().default(false) }),
      types: ['text/plain'],
    }),
  },
});

async function* endless() {
  for (;;) yield Buffer.alloc(100_000, 'a');
}

async function serve() {
  const api = { stories };
  const fetchStory = async (_context: Context, { query }: { query: { isBroken: boolean } }) => {
    if (query.isBroken) throw new Error('there is no story');
    return { name: 'story.txt', type: 'text/plain', bytes: endless() };
  };
  return await createServer({
    ...{ api, routes: { stories: { fetch: fetchStory } } },
    authenticator: {
      bySession: async () => null,
      byApiKey: async () => ({ actor: systemActor('test'), expiresAt: null, isRenewed: false }),
      watch: async () => undefined,
      remembers: () => false,
      forget: () => undefined,
    },
    judge: createJudge(permissionsOf(api)),
    log: createLog({ service: 'test', level: 'silent' }),
    // What a download uses of a context.
    makeContext: (request) => ({ ...request, can: () => true }) as unknown as Context,
    ...{ checksOutput: true, tls: null, trustedProxies: [], webDir: null, files: {} },
    guard: { allowedHosts: new Set(['127.0.0.1']), allowedOrigins: new Set() },
    requestsPerMinute: () => 1000,
  });
}

test('a person has eight downloads at once, and another when one has ended or failed', async () => {
  const server = await serve();
  try {
    const port = await server.listen('127.0.0.1', 0);
    const ends: AbortController[] = [];
    const begin = async (query = '') => {
      const end = new AbortController();
      ends.push(end);
      return await fetch(`http://127.0.0.1:${port}/api/story${query}`, {
        headers: { authorization: 'Bearer neb_x' },
        signal: end.signal,
      });
    };
    // One that fails before its first byte is counted no longer.
    for (let n = 0; n < 8; n += 1) expect((await begin('?isBroken=1')).status).toBe(500);
    ends.length = 0;
    for (let n = 0; n < 8; n += 1) expect((await begin()).status).toBe(200);

    const refused = await begin();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10']);
    expect(await refused.json()).toMatchObject({
      code: 'RATE_LIMITED',
      detail: 'You have 8 downloads running. Wait for one of them to end, then try again.',
    });
    ends[0]?.abort();
    await expect.poll(async () => (await begin()).status, { timeout: 30_000, interval: 100 }).toBe(200);
    for (const end of ends) end.abort();
  } finally {
    await server.close();
  }
});
