import { request } from 'node:http';
import {
  addressOf,
  endpointsOf,
  type ListedEndpoint,
  permissionMatrix,
  type Role,
  roles,
} from '@nebula/contract';
import { commonErrors } from '@nebula/errors';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { api } from './contract.ts';
import { type Caller, type TestApp, testApp } from './testing.ts';

let app: TestApp;
const callers = new Map<Role | 'signed-out', Caller>();

beforeAll(async () => {
  app = await testApp(inject('postgres'));
  for (const role of roles) callers.set(role, await app.as(role));
  callers.set('signed-out', app.nobody);
});
afterAll(async () => await app[Symbol.asyncDispose]());

const endpoints = endpointsOf(api);
const matrix = new Map(permissionMatrix(api).map((row) => [row.endpoint, row.allowed]));

/** Sends a request with headers that `fetch` would not let through; answers status and problem code. */
function raw(
  listed: ListedEndpoint,
  headers: Record<string, string>,
): Promise<{ status: number; code: string | null }> {
  const { endpoint } = listed;
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: '127.0.0.1',
        port: app.port,
        method: endpoint.method,
        path: filled(addressOf(endpoint)),
        headers,
        agent: false,
      },
      (response) => {
        const isStream = response.headers['content-type']?.startsWith('text/event-stream') === true;
        if (isStream) {
          response.destroy();
          return resolve({ status: response.statusCode ?? 0, code: null });
        }
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, code: codeIn(text) }));
      },
    );
    call.on('error', reject);
    call.end();
  });
}

function filled(path: string): string {
  return path.replace(/:\w+/g, 'f'.repeat(64));
}

function codeIn(text: string): string | null {
  const match = /"code":"([A-Z_]+)"/.exec(text);
  return match?.[1] ?? null;
}

describe.each(endpoints.map((listed) => [`${listed.feature}.${listed.name}`, listed] as const))(
  '%s',
  (name, listed) => {
    test.each([...roles, 'signed-out'] as const)('answers %s as the contract promises', async (role) => {
      const key = callers.get(role)?.key ?? null;

      const answer = await raw(listed, {
        host: `127.0.0.1:${app.port}`,
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      });

      const isAllowed = matrix.get(name)?.[role];
      if (isAllowed === true) {
        expect(answer.code ?? '').not.toMatch(
          /^(SIGNED_OUT|FORBIDDEN|WRONG_HOST|WRONG_ORIGIN|CSRF_FAILED|INTERNAL)$/,
        );
        expect(answer.status).toBeLessThan(500 + (answer.code === 'UNAVAILABLE' ? 100 : 0));
        const codes = Object.keys({ ...commonErrors, ...listed.endpoint.errors });
        if (answer.code !== null) expect(codes).toContain(answer.code);
      } else {
        expect(answer).toEqual(
          role === 'signed-out' ? { status: 401, code: 'SIGNED_OUT' } : { status: 403, code: 'FORBIDDEN' },
        );
      }
    });

    test.each([...roles, 'signed-out'] as const)(
      'refuses %s under a wrong Host and from a wrong Origin',
      async (role) => {
        const key = callers.get(role)?.key ?? null;
        const who: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
        const own = `127.0.0.1:${app.port}`;

        for (const host of [
          'evil.example',
          `evil.example:${app.port}`,
          '127.0.0.1.evil.example',
          'localhost@evil.example',
        ]) {
          expect(await raw(listed, { host, ...who })).toEqual({ status: 421, code: 'WRONG_HOST' });
        }
        for (const origin of [
          'https://evil.example',
          'null',
          `https://${own}`,
          `http://${own}.evil.example`,
          'http://127.0.0.1',
        ]) {
          expect(await raw(listed, { host: own, origin, ...who })).toEqual({
            status: 403,
            code: 'WRONG_ORIGIN',
          });
        }
      },
    );
  },
);

test('every endpoint that changes something needs the CSRF token when it is called with a session', async () => {
  const person = await app.signIn('admin');

  for (const listed of endpoints.filter(({ endpoint }) => endpoint.method !== 'GET')) {
    const { cookie } = person;
    const own = `127.0.0.1:${app.port}`;
    for (const token of [undefined, '', 'x', person.csrfToken.slice(1)]) {
      const headers = { host: own, cookie, ...(token === undefined ? {} : { 'x-csrf-token': token }) };
      expect(await raw(listed, headers), `${listed.name} with token ${token}`).toEqual({
        status: 403,
        code: 'CSRF_FAILED',
      });
    }
  }
});

test('a request that another site makes a browser send is refused even without an Origin', async () => {
  const listed = endpoints.find(({ name }) => name === 'signIn');
  if (listed === undefined) throw new Error('expected the endpoint');

  const answer = await raw(listed, { host: `127.0.0.1:${app.port}`, 'sec-fetch-site': 'cross-site' });

  expect(answer).toEqual({ status: 403, code: 'WRONG_ORIGIN' });
});

test('names and origins that were allowed are let through', async () => {
  const listed = endpoints.find(({ name }) => name === 'health');
  if (listed === undefined) throw new Error('expected the endpoint');

  expect(await raw(listed, { host: 'nebula.test:8443' })).toMatchObject({ status: 200 });
  expect(await raw(listed, { host: 'NEBULA.test.' })).toMatchObject({ status: 200 });
  expect(await raw(listed, { host: 'nebula.test', origin: 'https://allowed.test' })).toMatchObject({
    status: 200,
  });
});

test('a path that is not there says so, and a wrong host is told first', async () => {
  const own = await fetch(`${app.url}/api/nothing`);
  const page = await fetch(`${app.url}/nothing`);

  expect([own.status, (await own.json()) as object]).toEqual([
    404,
    expect.objectContaining({ code: 'NOT_FOUND' }),
  ]);
  expect(page.status).toBe(404);
});
