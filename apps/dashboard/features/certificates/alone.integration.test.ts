import { expect, inject, test } from 'vitest';
import { json, testApp } from '../../testing.ts';
import type { Overview } from '../overview/contract.ts';

/** Whether a server with these settings says that it has no second authority: on the page, and what the overview tells. */
async function told(environment: Record<string, string>) {
  await using app = await testApp(inject('postgres'), { environment });
  const operator = await app.as('operator');
  const ask = async <T>(path: string, init?: RequestInit) =>
    (await (await operator.fetch(`/api${path}`, init)).json()) as T;
  const seen = async () => ({
    ...{ page: (await ask<{ isAlone: boolean }>('/certificate-authorities')).isAlone },
    overview: (await ask<Overview>('/overview')).attention.items.filter(
      ({ id }) => id === 'certificates.alone',
    ),
  });
  const before = await seen();
  const target = { kind: 'redirect', to: 'https://elsewhere.test', keepsPath: true, status: 301 };
  const body = { name: 'photos.example.com', target, dns: { kind: 'elsewhere' } };
  const { id } = await ask<{ id: string }>('/domains', json('POST', body));
  // As if it had been provisioned.
  const route = JSON.stringify({ hosts: [body.name], target });
  await app.app.resources.database.pool.query('update domains set good_route = $2 where id = $1', [
    id,
    route,
  ]);
  return { before, after: await seen() };
}

test('where nobody else can be asked for certificates, the page says so, and the overview once there is one', async () => {
  const { before, after } = await told({});
  expect(before).toEqual({ page: true, overview: [] });
  expect(after).toMatchObject({
    page: true,
    overview: [
      { severity: 'notice', path: '/certificates', sentence: expect.stringContaining('NEBULA_ACME_EMAIL') },
    ],
  });
});

test('with a second authority nothing is said', async () => {
  const { after } = await told({ NEBULA_ACME_EMAIL: 'me@home.test' });
  expect(after).toEqual({ page: false, overview: [] });
});
