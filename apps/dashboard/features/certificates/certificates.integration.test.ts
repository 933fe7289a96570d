import { setTimeout as sleep } from 'node:timers/promises';
import { selfSigned, startPebble, type TestPebble } from '@nebula/testbed';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { type Caller, json } from '../../testing.ts';
import { type DomainGround, domainGround, ordering } from '../domains/testing.ts';
import type { Domain, DomainEvent } from '../domains/contract.ts';
import type { Authority } from './contract.ts';
import { certificateGround, type CertificateHands, handsOf, patience, troubles } from './testing.ts';

let ground: DomainGround;
let operator: Caller;
let hands: CertificateHands;

beforeAll(async () => {
  ({ ground, operator, hands } = await certificateGround(inject('postgres')));
});
afterAll(() => ground[Symbol.asyncDispose]());

const challenges = (name: string) => ground.powerDns.rrset(ground.zone, `_acme-challenge.${name}`, 'TXT');

describe('a certificate', () => {
  test('is watched with its chain and its history, and says what renews it when', async () => {
    const { id, name } = await hands.add('watched');
    expect(await hands.provisioned(id)).toMatchObject({ status: 'active' });
    await hands.watch();
    const seen = await hands.certificate(id);
    expect(seen).toMatchObject({
      ...{ name, keeper: 'proxy', state: 'fresh', distrust: null, failures: 0, problem: null },
      certificate: { names: [name], chain: [{ subject: expect.stringContaining('Pebble') }] },
      history: [{ names: [name], keeper: 'proxy' }],
    });
    expect(Date.parse(seen.renewsAt ?? '')).toBeLessThan(Date.parse(seen.takesOverAt ?? ''));
    const list = await hands.ask<{ items: { id: string }[] }>('/certificates?search=watched');
    expect(list.items.map((one) => one.id)).toEqual([id]);
  });

  test('is taken over by DNS, renewed from here, and handed back, while no visitor is turned away', async () => {
    const { id, name } = await hands.add('taken');
    await hands.provisioned(id);
    let failed = 0;
    const over = new AbortController();
    onTestFinished(() => over.abort());
    const visitors = (async () => {
      while (!over.signal.aborted) {
        await ground.visit(name).catch(() => (failed += 1));
        await sleep(20);
      }
    })();
    const taken = await hands.ran(id, 'take-over');
    expect(taken.steps.map(({ name: step, state }) => `${step} ${state}`)).toEqual([
      'look done',
      'order done',
      'load done',
      'prove done',
    ]);
    const first = await hands.certificate(id);
    expect(first).toMatchObject({
      ...{ keeper: 'nebula', distrust: null, takesOverAt: null },
      orders: [{ state: 'issued', method: 'dns-01', isRehearsal: false }],
    });
    expect(await challenges(name)).toEqual([]);
    await hands.ran(id, 'renew');
    const second = await hands.certificate(id);
    expect(second.certificate?.fingerprint).not.toBe(first.certificate?.fingerprint);
    expect(second.history.length).toBeGreaterThanOrEqual(2);
    over.abort();
    await visitors;
    expect(failed).toBe(0);

    expect(troubles(await hands.ran(id, 'hand-back'))).toEqual([]);
    expect(await hands.certificate(id)).toMatchObject({ keeper: 'proxy', distrust: null });
    expect(await ground.visit(name)).toMatchObject({ status: 200 });
    const again = await operator.fetch(`/api/certificates/${id}/hand-back`, { method: 'POST' });
    expect(again.status).toBe(409);
  });

  test('is taken over by HTTP where nobody here writes the records, behind a password too', async () => {
    const name = hands.named('elsewhere');
    await ground.powerDns.put(ground.zone, { name, type: 'A', ttl: 60, values: ['127.0.0.1'] });
    const { id } = await hands.add('x', {
      name,
      dns: { kind: 'elsewhere' },
      options: {
        snippet: 'basicauth /* {\n\tanna $2a$14$Zkx19XLiW6VYouLHR5NmfOFU0z2GTNmpkT/5qqR7hx4IjWJPDhjvG\n}',
      },
    });
    expect(await hands.provisioned(id)).toMatchObject({ status: 'active' });
    expect(await ground.visit(name)).toMatchObject({ status: 401 });
    expect(troubles(await hands.ran(id, 'take-over'))).toEqual([]);
    expect(await hands.certificate(id)).toMatchObject({
      keeper: 'nebula',
      orders: [{ state: 'issued', method: 'http-01' }],
    });
    expect(await ground.caddy.admin('GET', '/config/')).not.toContain('acme-challenge');
  });

  test('of a wildcard is ordered by DNS while its domain is provisioned, and serves every name below', async () => {
    const below = hands.named('wide');
    const whole = await hands.add('x', { name: `whole.${below}` });
    await hands.provisioned(whole.id);
    const { id } = await hands.add('x', { name: `*.${below}` });
    expect(await hands.provisioned(id)).toMatchObject({ status: 'active', problem: null });
    expect(await ground.visit(`any.${below}`)).toMatchObject({ status: 200 });
    expect(await ground.visit(whole.name)).toMatchObject({ status: 200 });
    const later = await hands.add('x', { name: `later.${below}` });
    expect(await hands.provisioned(later.id)).toMatchObject({ status: 'active', problem: null });
    await hands.watch();
    expect(await hands.certificate(id)).toMatchObject({
      keeper: 'nebula',
      certificate: { names: [`*.${below}`] },
    });
    expect(await challenges(below)).toEqual([]);
    const renewal = await operator.fetch(`/api/domains/${later.id}/ssl/renew`, { method: 'POST' });
    expect(await renewal.json()).toMatchObject({
      code: 'NOT_TO_RENEW',
      detail: expect.stringContaining(`the certificate of *.${below}`),
    });
    const refused = await operator.fetch(`/api/certificates/${id}/hand-back`, { method: 'POST' });
    expect(await refused.json()).toMatchObject({ code: 'WILDCARD' });
  });

  test('leaves the proofs of others alone', async () => {
    const { id, name } = await hands.add('shared');
    await hands.provisioned(id);
    const other = { name: `_acme-challenge.${name}`, type: 'TXT', ttl: 60, values: ['"of somebody else"'] };
    await ground.powerDns.put(ground.zone, other);
    expect(troubles(await hands.ran(id, 'take-over'))).toEqual([]);
    expect(await challenges(name)).toEqual(['"of somebody else"']);
  });

  test('that somebody brings is judged, served, and never shows its key', async () => {
    const { id, name } = await hands.add('brought');
    await hands.provisioned(id);
    const { chain, privateKey: key } = await selfSigned([name]);
    const wrong = await selfSigned([`other.${ground.zone}`]);
    const refused = await operator.fetch('/api/certificates/bring', json('POST', { ids: [id], ...wrong }));
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({
      code: 'NOT_TAKEN',
      data: { problem: 'name-missing', of: name },
    });
    const answer = await operator.fetch(
      '/api/certificates/bring',
      json('POST', { ids: [id], chain, privateKey: key }),
    );
    const text = await answer.text();
    const { runIds } = JSON.parse(text) as { runIds: string[] };
    expect(await hands.ended(id, runIds[0] ?? '')).toMatchObject({ state: 'succeeded' });
    const seen = await hands.certificate(id);
    expect(seen).toMatchObject({ keeper: 'own', renewsAt: null, certificate: { issuer: 'Somebody' } });
    const line = key.split('\n')[1] ?? 'nothing';
    const stored = await ground.app.app.resources.database.pool.query(
      `select (select string_agg(c::text, '') from acme_certificates c) || (select string_agg(d::text, '') from domains d)
        || (select string_agg(r::text, '') from runs r) as all_of_it`,
    );
    for (const told of [text, JSON.stringify(seen), JSON.stringify(stored.rows), ground.app.log.join('\n')]) {
      expect(told).not.toContain(line);
    }
    expect(
      await (await operator.fetch(`/api/certificates/${id}/renew`, { method: 'POST' })).json(),
    ).toMatchObject({
      code: 'OWN_CERTIFICATE',
    });
    const { database } = ground.app.app.resources;
    await database.pool.query(
      `update certificates set not_before = now() - interval '7 days', not_after = now() + interval '3 days' where domain_id = $1`,
      [id],
    );
    await hands.watch();
    await hands.watch();
    const notices = await database.pool.query(`select kind from notices where href = $1`, [
      `/certificates/${id}`,
    ]);
    expect(notices.rows).toEqual([{ kind: 'certificates.own' }]);
    expect((await hands.certificate(id)).keeper).toBe('own');
    expect(troubles(await hands.ran(id, 'hand-back'))).toEqual([]);
  });

  test('is taken over by the watch once it is late', async () => {
    const { id } = await hands.add('late');
    await hands.provisioned(id);
    await hands.watch();
    const { database } = ground.app.app.resources;
    // As if most of its life were over.
    await database.pool.query(
      `update certificates set not_before = now() - interval '85 days', not_after = now() + interval '15 days' where domain_id = $1`,
      [id],
    );
    await hands.watch();
    await expect.poll(async () => (await hands.certificate(id)).keeper, patience).toBe('nebula');
    await expect.poll(async () => (await hands.tasks(id))[0]?.state, patience).toBe('succeeded');
    const [newest] = (await hands.ask<{ items: DomainEvent[] }>(`/domains/${id}/events`)).items;
    expect(newest).toMatchObject({
      ...{ kind: 'renewed', actor: 'NebulaCommand' },
      runId: (await hands.tasks(id))[0]?.id,
    });
    await hands.watch();
    expect(await hands.certificate(id)).toMatchObject({ keeper: 'nebula', state: 'fresh', failures: 0 });
  });
});

describe('authorities', () => {
  test('are told in their order with what is known of them', async () => {
    const told = await hands.ask<{ items: Authority[]; isAlone: boolean }>('/certificate-authorities');
    // One at home needs no second.
    expect(told.isAlone).toBe(false);
    expect(told.items).toMatchObject([{ directory: ground.pebble.directory, hasAccount: true, failures: 0 }]);
  });
});

describe('with a first authority that refuses', () => {
  let refusing: TestPebble;
  let barred: DomainGround;
  let second: CertificateHands;

  beforeAll(async () => {
    // Its name server knows nothing, so no proof is ever seen there.
    refusing = await startPebble({ dnsServer: '127.0.0.1:9', httpPort: 9, tlsPort: 9 });
    barred = await domainGround(inject('postgres'), {
      isProxyBarred: true,
      settings: (edge) => ({ ...ordering(edge, [refusing]), NEBULA_CERTIFICATE_WAIT_SECONDS: '8' }),
    });
    second = handsOf(barred, await barred.app.as('operator'));
  });
  afterAll(async () => {
    await barred[Symbol.asyncDispose]();
    await refusing[Symbol.asyncDispose]();
  });

  test('a domain whose proxy gets no certificate is provisioned all the same, by the second', async () => {
    const { id, name } = await second.add('barred');
    expect(await second.provisioned(id)).toMatchObject({ status: 'active', problem: null });
    expect(await barred.visit(name)).toMatchObject({ status: 200 });
    const { orders, keeper } = await second.certificate(id);
    expect(keeper).toBe('nebula');
    expect(orders.map(({ directory, state }) => `${directory} ${state}`)).toEqual([
      `${barred.pebble.directory} issued`,
      `${refusing.directory} failed`,
    ]);
    expect(await barred.powerDns.rrset(barred.zone, `_acme-challenge.${name}`, 'TXT')).toEqual([]);
  });

  test('a certificate that cannot be handed back stays with NebulaCommand', async () => {
    const { id, name } = await second.add('kept');
    await second.provisioned(id);
    const failed = await second.ran(id, 'hand-back');
    expect(failed).toMatchObject({ state: 'failed' });
    expect(await second.certificate(id)).toMatchObject({ keeper: 'nebula' });
    expect(await barred.visit(name)).toMatchObject({ status: 200 });
    const domain = async () => await second.ask<Domain>(`/domains/${id}`);
    expect(await domain()).toMatchObject({ status: 'active', problem: expect.stringContaining(name) });
    expect(troubles(await second.ran(id, 'renew'))).toEqual([]);
    expect(await domain()).toMatchObject({ status: 'active', problem: null });
  });
});
