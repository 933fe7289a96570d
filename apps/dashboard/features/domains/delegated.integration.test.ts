import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Caller, json } from '../../testing.ts';
import type { Domain, DomainTask } from './contract.ts';
import { type DomainGround, domainGround, ordering } from './testing.ts';

const patience = { timeout: 120_000, interval: 200 };
const proofs = 'proofs.test';
let ground: DomainGround;
let operator: Caller;

beforeAll(async () => {
  ground = await domainGround(inject('postgres'), {
    // The authority does not find the proxy, so nothing is proven by HTTP.
    isProxyBarred: true,
    settings: async (edge) => {
      await edge.powerDns.addZone(proofs);
      return { ...ordering(edge), NEBULA_CERTIFICATE_WAIT_SECONDS: '5' };
    },
  });
  operator = await ground.app.as('operator');
});
afterAll(() => ground[Symbol.asyncDispose]());

const ask = async <T>(path: string, init?: RequestInit) =>
  (await (await operator.fetch(`/api${path}`, init)).json()) as T;

/** Adds a domain whose proofs are looked for elsewhere, provisions it and answers its run. */
async function provisioned(name: string, target: string, dns: { kind: string }): Promise<DomainTask> {
  const { powerDns, upstreamPort, zone } = ground;
  const challenge = `_acme-challenge.${name.replace(/^\*\./, '')}`;
  await powerDns.put(zone, { name: challenge, type: 'CNAME', ttl: 60, values: [`${target}.`] });
  if (dns.kind === 'elsewhere') await powerDns.put(zone, { name, type: 'A', ttl: 60, values: ['127.0.0.1'] });
  const leads = { kind: 'addresses', upstreams: [{ host: '127.0.0.1', port: upstreamPort }] };
  const { id } = await ask<Domain>('/domains', json('POST', { name, target: leads, dns }));
  await ask(`/domains/${id}/provision`, json('POST', {}));
  const tasks = async () => (await ask<{ items: DomainTask[] }>(`/domains/${id}/tasks`)).items;
  await expect.poll(async () => (await tasks())[0]?.finishedAt ?? null, patience).not.toBeNull();
  const [run] = await tasks();
  if (run === undefined) throw new Error('the run is gone');
  return run;
}

const keeper = () => ({ kind: 'provider', providerId: ground.providerId, zone: ground.zone });
const texts = async (name: string) => await ground.powerDns.rrset(proofs, name, 'TXT');

test.each([
  ['kept here', 'one', () => keeper()],
  ['kept elsewhere', 'two', () => ({ kind: 'elsewhere' })],
] as const)('a name %s is proven where its challenge is an alias to', async (_what, label, dns) => {
  const name = `${label}.${ground.zone}`;
  await ground.powerDns.put(proofs, {
    name: `${label}.${proofs}`,
    type: 'TXT',
    ttl: 60,
    values: ['"other"'],
  });
  expect(await provisioned(name, `${label}.${proofs}`, dns())).toMatchObject({ state: 'succeeded' });
  expect(await ground.visit(name)).toMatchObject({ status: 200 });
  expect(await texts(`${label}.${proofs}`)).toEqual(['"other"']);
  expect(await ground.powerDns.rrset(ground.zone, `_acme-challenge.${name}`, 'CNAME')).toEqual([
    `${label}.${proofs}.`,
  ]);
});

test('a wildcard whose challenge leads to a zone that nobody here has is told so', async () => {
  // The account was tested before this zone was there, so it is not known to hold it.
  await ground.powerDns.addZone('away.invalid');
  const run = await provisioned(`*.far.${ground.zone}`, 'proofs.away.invalid', keeper());
  const told = run.steps.flatMap(({ error }) => error ?? []).join(' ');
  expect(run.state).toBe('failed');
  expect(told).toContain(`_acme-challenge.far.${ground.zone} is an alias of proofs.away.invalid`);
  expect(told).toContain('Add the provider that has it');
});
