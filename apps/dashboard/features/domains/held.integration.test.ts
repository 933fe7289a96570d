import { randomBytes } from 'node:crypto';
import { certificateSeal, insertCertificate } from '@nebula/acme';
import { newId } from '@nebula/db';
import { selfSigned } from '@nebula/testbed';
import { createVault } from '@nebula/vault';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Caller, json } from '../../testing.ts';
import type { Domain, DomainTask } from './contract.ts';
import { keepCertificate } from './held-store.ts';
import { type DomainGround, domainGround, ordering } from './testing.ts';

let ground: DomainGround;
let operator: Caller;
/** Makes names different when a test is tried a second time. */
let added = 0;

beforeAll(async () => {
  ground = await domainGround(inject('postgres'), { settings: (edge) => ordering(edge) });
  operator = await ground.app.as('operator');
});
afterAll(() => ground[Symbol.asyncDispose]());

const patience = { timeout: 120_000, interval: 200 };

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  return (await (await operator.fetch(`/api${path}`, init)).json()) as T;
}

const get = (id: string) => ask<Domain>(`/domains/${id}`);

/** Waits for the end of a run that a call starts. */
async function ran(id: string, path: string): Promise<DomainTask> {
  const { runId } = await ask<{ runId: string }>(path, json('POST', {}));
  const find = async () =>
    (await ask<{ items: DomainTask[] }>(`/domains/${id}/tasks`)).items.find((task) => task.id === runId);
  await expect.poll(async () => (await find())?.finishedAt ?? null, patience).not.toBeNull();
  const task = await find();
  if (task === undefined) throw new Error('the run is gone');
  return task;
}

/** A domain whose records are kept elsewhere, so that its name is proven by what the proxy answers. */
async function served(label: string, body: string): Promise<Domain> {
  added += 1;
  const name = `${label}-${added}.${ground.zone}`;
  await ground.powerDns.put(ground.zone, { name, type: 'A', ttl: 60, values: ['127.0.0.1'] });
  const target = { kind: 'redirect', to: `https://${body}.test`, keepsPath: false, status: 302 };
  const domain = await ask<Domain>('/domains', json('POST', { name, target, dns: { kind: 'elsewhere' } }));
  expect((await ran(domain.id, `/domains/${domain.id}/provision`)).state).toBe('succeeded');
  return await get(domain.id);
}

/** What the database has after a restore under another key. */
async function loseKey({ id, name }: Domain): Promise<void> {
  const { database, clock } = ground.app.app.resources;
  const { chain, privateKey } = await selfSigned([name]);
  const certificateId = newId();
  const elsewhere = createVault({ key: randomBytes(32) });
  await insertCertificate(database.sql, {
    ...{ id: certificateId, subject: id, source: 'own', directory: null, chain },
    sealedKey: elsewhere.seal(certificateSeal(certificateId), privateKey),
    ...{ notAfter: new Date(Date.now() + 86_400_000), createdAt: clock.now() },
  });
  await keepCertificate(database.sql, id, { keeper: 'own', certificateId }, clock.now());
}

test('a key that cannot be opened is the matter of its own domain, which goes on, says so and gets another', async () => {
  const [lost, other] = [await served('lost', 'one'), await served('other', 'two')];
  await loseKey(lost);

  // Changes of others are loaded as ever.
  const target = { kind: 'redirect', to: 'https://three.test', keepsPath: false, status: 307 };
  await ask(`/domains/${other.id}`, json('PATCH', { version: other.version, target }));
  const changing = await ran(other.id, `/domains/${other.id}/provision`);
  expect(changing).toMatchObject({ state: 'succeeded' });
  expect(await ground.visit(other.name)).toMatchObject({ status: 307 });
  expect(await get(other.id)).toMatchObject({ unserved: null });

  expect(await ground.visit(lost.name)).toMatchObject({ status: 302 });
  const told = expect.stringContaining('cannot be opened');
  expect(await get(lost.id)).toMatchObject({ status: 'active', problem: null, unserved: told });
  const { attention } = await ask<{ attention: { items: { path: string; values: object }[] } }>('/overview');
  expect(attention.items).toContainEqual(
    expect.objectContaining({ path: `/domains/${lost.id}`, values: { name: lost.name, why: told } }),
  );

  // Its own run says it, and where it can be put right.
  const task = await ran(lost.id, `/domains/${lost.id}/provision`);
  expect(task.steps.find(({ name }) => name === 'apply')).toMatchObject({
    errorCode: 'CERTIFICATE_LOST',
    error: told,
  });
  expect(await get(lost.id)).toMatchObject({ status: 'failed', problem: told });
  expect(await ground.visit(lost.name)).toMatchObject({ status: 302 });

  const order = await ran(lost.id, `/certificates/${lost.id}/take-over`);
  expect(order.steps.flatMap(({ error }) => error ?? [])).toEqual([]);
  expect(await get(lost.id)).toMatchObject({ unserved: null });
  expect((await ran(lost.id, `/domains/${lost.id}/provision`)).state).toBe('succeeded');
});
