import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type TestApp, testApp } from './testing.ts';

let app: TestApp;

beforeAll(async () => {
  app = await testApp(inject('postgres'), { webDir: join(import.meta.dirname, 'web', 'dist') });
});
afterAll(async () => await app[Symbol.asyncDispose]());

test.each([
  ['POST', '/api/jobs/runs', 'GET, HEAD'],
  ['DELETE', '/api/containers?limit=1', 'GET, HEAD, POST'],
  ['POST', '/favicon.svg', 'GET, HEAD'],
  ['GET', `/api/containers/${'a'.repeat(64)}/restart`, 'POST'],
  ['PUT', '/api/account/users/1', 'DELETE, PATCH'],
  ['GET', '/api/account/sign-in', 'POST'],
])('%s of %s is refused with the methods that are', async (method, path, allow) => {
  const answer = await fetch(`${app.url}${path}`, { method });

  expect([answer.status, answer.headers.get('allow'), answer.headers.get('content-type')]).toEqual([
    405,
    allow,
    expect.stringContaining('application/problem+json'),
  ]);
  expect(await answer.json()).toMatchObject({
    code: 'METHOD_NOT_ALLOWED',
    data: { allow: allow.split(', ') },
  });
});

test('what is not there for any method is still not found', async () => {
  for (const path of ['/api/containers/a/nothing', '/api', '/api/', '/nothing.png']) {
    const answer = await fetch(`${app.url}${path}`, { method: 'POST' });
    expect([path, answer.status]).toEqual([path, 404]);
  }
});

test('the icon that browsers ask for unasked is there, and is kept for a day', async () => {
  const answer = await fetch(`${app.url}/favicon.ico`);
  const bytes = Buffer.from(await answer.arrayBuffer());

  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'public, max-age=86400']);
  expect(answer.headers.get('content-type')).toMatch(/^image\//);
  expect(bytes.subarray(0, 4).toString('hex')).toBe('00000100');
});
