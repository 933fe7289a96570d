import { selfSigned } from '@nebula/testbed';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Caller, json } from '../../testing.ts';
import type { DomainGround } from '../domains/testing.ts';
import { certificateGround, type CertificateHands, patience } from './testing.ts';

let ground: DomainGround;
let operator: Caller;
let hands: CertificateHands;

beforeAll(async () => {
  ({ ground, operator, hands } = await certificateGround(inject('postgres')));
});
afterAll(() => ground[Symbol.asyncDispose]());

const bring = async (body: object) =>
  await operator.fetch('/api/certificates/bring', json('POST', { ...body }));

/** A domain that is served. */
async function served(label: string): Promise<{ id: string; name: string }> {
  const { id, name } = await hands.add(label);
  expect(await hands.provisioned(id)).toMatchObject({ status: 'active', problem: null });
  return { id, name };
}

test('a look while the reverse proxy is away says so, and keeps what was seen before', async () => {
  const { id } = await served('away');
  await hands.watch();
  const before = await hands.certificate(id);
  await ground.caddy.stop();
  try {
    const answer = await operator.fetch(`/api/certificates/${id}/look`, { method: 'POST' });
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'UNAVAILABLE' }]);
    expect(await hands.certificate(id)).toMatchObject({ state: 'fresh', seenAt: before.seenAt });
  } finally {
    await ground.caddy.start();
  }
});

test('a certificate that visitors do not trust counts as none, and is replaced after a while', async () => {
  const { id, name } = await served('distrusted');
  const { runIds } = (await (await bring({ ids: [id], ...(await selfSigned([name])) })).json()) as {
    runIds: string[];
  };
  expect(await hands.ended(id, runIds[0] ?? '')).toMatchObject({ state: 'succeeded' });
  await hands.watch();
  // Who brings one may have told those who visit whom to trust.
  expect(await hands.certificate(id)).toMatchObject({ keeper: 'own', distrust: expect.any(String) });
  expect((await hands.certificate(id)).state).not.toBe('missing');
  const { database } = ground.app.app.resources;
  await database.pool.query(`update domain_certificates set keeper = 'nebula' where domain_id = $1`, [id]);
  await hands.watch();
  expect(await hands.certificate(id)).toMatchObject({ keeper: 'nebula', state: 'missing' });
  await database.pool.query(
    `update certificate_watch set missing_since = now() - interval '11 minutes' where domain_id = $1`,
    [id],
  );
  await hands.watch();
  await expect
    .poll(async () => await hands.certificate(id), patience)
    .toMatchObject({ keeper: 'nebula', state: 'fresh', distrust: null });
});

test('a certificate that is brought for several domains is served for all of them, or for none', async () => {
  const [first, busy] = [await served('several'), await served('several')];
  const ids = [busy.id, first.id];
  const pair = await selfSigned([first.name, busy.name]);
  const kept = async () =>
    (
      await ground.app.app.resources.database.pool.query(
        'select count(*)::int as kept from acme_certificates where subject = any($1)',
        [ids],
      )
    ).rows[0].kept as number;
  const before = { kept: await kept(), tasks: (await hands.tasks(first.id)).length };
  const { runId } = await hands.ask<{ runId: string }>(`/certificates/${busy.id}/renew`, { method: 'POST' });
  const refused = await bring({ ids, ...pair });
  expect([refused.status, await refused.json()]).toMatchObject([409, { code: 'TARGET_BUSY' }]);
  expect({ kept: await kept(), tasks: (await hands.tasks(first.id)).length }).toEqual(before);
  await hands.ended(busy.id, runId);

  const taken = (await (await bring({ ids, ...pair })).json()) as { runIds: string[] };
  expect(taken.runIds).toHaveLength(2);
  for (const { id, name } of [first, busy]) {
    const runs = (await hands.tasks(id)).filter((task) => taken.runIds.includes(task.id));
    expect(runs).toHaveLength(1);
    expect(await hands.ended(id, runs[0]?.id ?? '')).toMatchObject({ state: 'succeeded' });
    expect(await hands.certificate(id)).toMatchObject({
      ...{ keeper: 'own', name },
      certificate: { names: [first.name, busy.name] },
    });
  }
  const { rows } = await ground.app.app.resources.database.pool.query(
    `select target_type, target_name from audit_entries where action = 'certificates.bring' and outcome = 'done' order by id desc limit 1`,
  );
  expect(rows).toEqual([
    { target_type: 'domains', target_name: expect.stringMatching(`${first.name}|${busy.name}`) },
  ]);
});
