import { newId, type Sql } from '@nebula/db';
import { type PowerDns, startPowerDns } from '@nebula/testbed';
import { sql as statement } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Caller, json, type TestApp, testApp } from '../../testing.ts';
import type { RouterToken } from './contract.ts';
import { deleteToken, insertName, lockToken, namesOfTokens } from './store.ts';
import { makeTokenAs, tellAt } from './testing.ts';

const zone = 'waiting.example';
const patience = { timeout: 60_000, interval: 100 };
let server: PowerDns;
let app: TestApp;
let operator: Caller;
/** Makes names and addresses different when a test is tried a second time. */
let made = 0;

beforeAll(async () => {
  server = await startPowerDns();
  await server.addZone(zone);
  app = await testApp(inject('postgres'), {
    environment: {
      NEBULA_DNS_RESOLVERS: server.nameServer,
      NEBULA_DNS_PORT: String(server.port),
    },
  });
  operator = await app.as('operator', ['*', 'account:skip-step-up']);
  const admin = await app.as('admin', ['*', 'account:skip-step-up']);
  const settings = { kind: 'powerdns', url: server.url };
  const provider = { name: 'Home', settings, secrets: { apiKey: server.apiKey } };
  expect((await admin.fetch('/api/dns/providers', json('POST', provider))).status).toBe(201);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function newToken() {
  made += 1;
  const name = `n${made}.${zone}`;
  return { ...(await makeTokenAs(operator, [name], 'FRITZ!Box')), name, address: `1.2.${made}.4` };
}

async function tokenNow(id: string): Promise<RouterToken | undefined> {
  const { items } = (await (await operator.fetch('/api/dyndns/tokens?limit=200')).json()) as {
    items: RouterToken[];
  };
  return items.find((token) => token.id === id);
}
const stateOf = async (id: string) => (await tokenNow(id))?.names.map(({ state }) => state);
const tell = (query: Record<string, string>, secret: string) => tellAt(app.url, query, secret);

test('a name whose run waits for a person says so, and goes on when they have settled it', async () => {
  const { token, secret, name, address } = await newToken();
  await tell({ hostname: name, myip: address }, secret);
  await expect.poll(() => stateOf(token.id), patience).toEqual(['done']);
  const { queue, database } = app.app.resources;
  const [led] = (await tokenNow(token.id))?.names ?? [];
  const { runId = null, id = '' } = led ?? {};
  const set = (state: string, why: string | null) =>
    database.sql.execute(statement`update runs set state = ${state}, look_step = ${why === null ? null : 'write'},
      look_why = ${why}, look_next = ${why === null ? null : 'Say how it ended.'} where id = ${runId}`);
  await set('unknown', 'The answer was lost.');
  await database.sql.execute(statement`update dyndns_names set state = 'queued' where id = ${id}`);
  await queue.runNow(database.sql, 'dyndns.catch-up');

  await expect.poll(() => stateOf(token.id), patience).toEqual(['failed']);
  const [stuck] = (await tokenNow(token.id))?.names ?? [];
  expect(stuck).toMatchObject({ problem: 'The answer was lost. Say how it ended.', runId });
  await set('succeeded', null);
  await database.sql.execute(statement`update dyndns_names set next_try_at = now() where id = ${id}`);
  await queue.runNow(database.sql, 'dyndns.catch-up');
  await expect.poll(() => stateOf(token.id), patience).toEqual(['done']);
  expect((await tokenNow(token.id))?.names).toMatchObject([{ problem: null, runId }]);
});

/** Waits until somebody waits for a lock of ours, so that who comes first is no chance. */
async function somebodyWaits(sql: Sql): Promise<void> {
  const waiting = async () => {
    const { rows } = await sql.execute<{ count: string }>(
      statement`select count(*) as count from pg_locks where not granted`,
    );
    return Number(rows[0]?.count);
  };
  await expect.poll(waiting, patience).toBeGreaterThan(0);
}

describe('two at once', () => {
  test('a router that tells its address while its token is revoked is refused; neither waits for the other', async () => {
    const { token, secret, name, address } = await newToken();
    const { database } = app.app.resources;
    const told = await database.transaction(async (sql) => {
      await lockToken(sql, token.id);
      const telling = tell({ hostname: name, myip: address }, secret);
      await somebodyWaits(database.sql);
      await deleteToken(sql, token.id);
      return { telling };
    });
    expect(await told.telling).toMatchObject({ status: 401, text: 'badauth' });
  });

  test('two people who make tokens for the same names, each in another order, do not wait for each other', async () => {
    const [one, other] = [await newToken(), await newToken()];
    const names = [`a-${one.name}`, `b-${one.name}`];
    const { database } = app.app.resources;
    const taken = await database.transaction(async (sql) => {
      const [row] = await namesOfTokens(sql, [other.token.id]);
      if (row === undefined) throw new Error('the token of the other has a name');
      const insert = (name = '') => insertName(sql, { ...row, id: newId(), name });
      expect(await insert(names[0])).toBe(true);
      const making = makeTokenAs(operator, names.toReversed(), 'Late');
      await somebodyWaits(database.sql);
      expect(await insert(names[1])).toBe(true);
      return { making };
    });
    expect(await taken.making).toMatchObject({ code: 'NAME_LED' });
  });
});
