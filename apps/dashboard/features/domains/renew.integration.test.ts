import { letConnectionsMove } from '@nebula/testbed';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Caller, json } from '../../testing.ts';
import type { Domain, DomainTask } from './contract.ts';
import { type DomainGround, domainGround } from './testing.ts';

/** Alone: for each domain that it serves, Caddy 2.6 listens a little longer before it has all certificates (bench/r9-renewal). */
let ground: DomainGround;
let operator: Caller;

beforeAll(async () => {
  ground = await domainGround(inject('postgres'));
  operator = await ground.app.as('operator');
});
afterAll(() => ground[Symbol.asyncDispose]());

const patience = { timeout: 90_000, interval: 200 };
/** Makes names different when the test is tried a second time. */
let added = 0;

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  return (await (await operator.fetch(path, init)).json()) as T;
}

test('a domain gets another certificate on request while no visitor is turned away', async () => {
  using _moving = letConnectionsMove();
  added += 1;
  const { id, name } = await ask<Domain>(
    '/api/domains',
    json('POST', {
      name: `renewed-${added}.${ground.zone}`,
      target: { kind: 'addresses', upstreams: [{ host: '127.0.0.1', port: ground.upstreamPort }] },
      dns: { kind: 'provider', providerId: ground.providerId, zone: ground.zone },
    }),
  );
  const last = async () => (await ask<{ items: DomainTask[] }>(`/api/domains/${id}/tasks`)).items[0]?.state;
  await ask(`/api/domains/${id}/provision`, json('POST', {}));
  await expect.poll(last, patience).toBe('succeeded');
  const { certificate: before } = await ask<Domain>(`/api/domains/${id}`);

  const failed: string[] = [];
  let visits = 0;
  let isOver = false;
  const visitors = (async () => {
    while (!isOver) {
      visits += 1;
      await ground.visit(name).catch((error: unknown) => failed.push(String(error)));
    }
  })();
  await ask(`/api/domains/${id}/ssl/renew`, { method: 'POST' });
  await expect.poll(last, patience).toBe('succeeded');
  isOver = true;
  await visitors;
  expect((await ask<Domain>(`/api/domains/${id}`)).certificate?.notBefore).not.toBe(before?.notBefore);
  expect({ failed, isBusy: visits > 20 }).toEqual({ failed: [], isBusy: true });
});
