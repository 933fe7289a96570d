import { randomBytes } from 'node:crypto';
import { certificateSeal, insertCertificate } from '@nebula/acme';
import { newId } from '@nebula/db';
import { type TestDatabase, testDatabase } from '@nebula/db/testing';
import { createVault, type Vault } from '@nebula/vault';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { migrationSets } from '../../migrations.ts';
import { DomainOptions } from './contract.ts';
import { createDresser, type Dresser } from './held.ts';
import { addAnswer, keepCertificate, settleCertificate } from './held-store.ts';
import { freshDomain } from './service.ts';
import { insertDomain } from './store.ts';
import { routeTo } from './test-proxy.ts';

let database: TestDatabase;
let vault: Vault;
let dresser: Dresser;
const now = new Date();
const answer = { token: 'token', text: 'text' };

beforeAll(async () => {
  database = await testDatabase(inject('postgres'), migrationSets);
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() => {
  vault = createVault({ key: randomBytes(32) });
  dresser = createDresser({ database, vault });
});

async function domain(): Promise<string> {
  const row = freshDomain('local', now);
  const target = {
    kind: 'redirect' as const,
    to: 'https://elsewhere.test',
    keepsPath: true,
    status: 301 as const,
  };
  await insertDomain(database.sql, {
    ...{ ...row, name: `n${row.id.slice(-8)}.held.test`, target, options: DomainOptions.parse({}) },
    ...{ accounts: [], dns: { kind: 'elsewhere' as const }, note: '', followsAddress: false },
  });
  return row.id;
}

/** A certificate whose key is sealed with a vault. */
async function certificate(subject: string, by: Vault): Promise<string> {
  const id = newId();
  await insertCertificate(database.sql, {
    ...{ id, subject, source: 'own', directory: null, chain: `chain of ${subject}` },
    ...{ sealedKey: by.seal(certificateSeal(id), `key of ${subject}`), notAfter: now, createdAt: now },
  });
  return id;
}

async function keep(domainId: string, certificateId: string): Promise<void> {
  await keepCertificate(database.sql, domainId, { keeper: 'own', certificateId }, now);
}

const route = (id: string) => routeTo(id, `${id}.test`, { kind: 'answer', status: 200, body: 'x' });
const own = (id: string) => ({
  ...{ kind: 'own', certificatePem: `chain of ${id}`, keyPem: `key of ${id}` },
});

test('a key that cannot be opened is told of its own domain only, which goes on answering', async () => {
  const [lost, fine] = [await domain(), await domain()];
  await keep(lost, await certificate(lost, createVault({ key: randomBytes(32) })));
  await keep(fine, await certificate(fine, vault));
  for (const id of [lost, fine]) await addAnswer(database.sql, id, answer, now);
  const dress = await dresser.dress([lost, fine]);

  const answers = [{ path: '/.well-known/acme-challenge/token', body: 'text' }];
  expect(dress(fine, route(fine), 'wanted')).toEqual({
    route: { ...route(fine), certificate: own(fine), answers },
  });
  expect(dress(lost, route(lost), 'wanted')).toEqual({
    route: { ...route(lost), answers },
    problem: expect.stringContaining('cannot be opened'),
  });
});

test('a certificate that was served stays what it was while another that is wanted cannot be opened', async () => {
  const id = await domain();
  await keep(id, await certificate(id, vault));
  await settleCertificate(database.sql, id);
  await keep(id, await certificate(id, createVault({ key: randomBytes(32) })));
  const dress = await dresser.dress([id]);
  expect(dress(id, route(id), 'good')).toEqual({ route: { ...route(id), certificate: own(id) } });
  expect(dress(id, route(id), 'wanted').problem).toContain('cannot be opened');
});

test('a certificate that is not there any more is told, and one that comes back is had again', async () => {
  const id = await domain();
  await keep(id, newId());
  expect((await dresser.dress([id]))(id, route(id), 'wanted').problem).toContain('not kept here any more');
  await keep(id, await certificate(id, vault));
  expect((await dresser.dress([id]))(id, route(id), 'wanted')).toEqual({
    route: { ...route(id), certificate: own(id) },
  });
});
