import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type PowerDns, startPowerDns, startZoneEdit, type ZoneEdit } from '@nebula/testbed';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Caller, json, type TestApp, testApp, until } from '../../testing.ts';
import type { RecordChange, RecordSet } from './contract.ts';
import type { Provider } from './contract-providers.ts';

const zone = 'feature.example';
let app: TestApp;
let server: PowerDns;
let zoneEdit: ZoneEdit;
let viewer: Caller;
let operator: Caller;
let admin: Caller;
let powerDns: Provider;

beforeAll(async () => {
  server = await startPowerDns();
  await server.addZone(zone);
  zoneEdit = await startZoneEdit({ zones: ['home.example'] });
  app = await testApp(inject('postgres'), {
    environment: { NEBULA_DNS_RESOLVERS: server.nameServer, NEBULA_DNS_PORT: String(server.port) },
  });
  viewer = await app.as('viewer');
  operator = await app.as('operator');
  admin = await app.as('admin', ['*', 'account:skip-step-up']);
  const added = await send(admin, 'POST', '/providers', powerDnsInput('Home'));
  expect(added.status).toBe(201);
  powerDns = added.body as Provider;
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await zoneEdit[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const powerDnsInput = (name: string, changes: object = {}) => ({
  ...{ name, settings: { kind: 'powerdns', url: server.url }, secrets: { apiKey: server.apiKey } },
  ...changes,
});

interface Answer {
  status: number;
  body: unknown;
  code: string | undefined;
  data: Record<string, unknown>;
}

async function send(who: Caller, method: string, path: string, body?: object): Promise<Answer> {
  const response = await who.fetch(`/api/dns${path}`, body === undefined ? { method } : json(method, body));
  const text = await response.text();
  const parsed = (text === '' ? {} : JSON.parse(text)) as { code?: string; data?: Record<string, unknown> };
  return { status: response.status, body: parsed, code: parsed.code, data: parsed.data ?? {} };
}

const at = (path = '') => `/providers/${powerDns.id}/zones/${zone}${path}`;
const name = (label: string) => `${label}.${zone}`;

async function versionOf(label: string, type = 'A'): Promise<string> {
  const { body } = await send(viewer, 'GET', at(`/record?name=${label}&type=${type}`));
  return (body as { version: string }).version;
}

async function ended(
  started: Answer,
): Promise<{ state: string; error: { code: string; message: string } | null }> {
  expect(started.status).toBe(202);
  const { runId } = started.body as { runId: string };
  const get = async () =>
    (await (await viewer.fetch(`/api/jobs/runs/${runId}`)).json()) as {
      state: string;
      finishedAt: string | null;
      error: { code: string; message: string } | null;
    };
  await until(async () => (await get()).finishedAt !== null, 60_000);
  return await get();
}

/** The version of the provider that a person sees. */
async function seenAt(): Promise<string> {
  const { items } = (await send(viewer, 'GET', '/providers')).body as { items: Provider[] };
  return items.find(({ id }) => id === powerDns.id)?.updatedAt ?? '';
}

const write = async (label: string, values: string[], expected: string, who = operator) =>
  await send(who, 'PUT', at('/records'), { name: label, type: 'A', ttl: 120, values, expected });

describe('providers', () => {
  test('one that works is kept with its zones, and its secret is told nowhere', async () => {
    const listed = await send(viewer, 'GET', '/providers');
    const zones = await send(viewer, 'GET', '/zones');
    const audit = await (await admin.fetch('/api/audit?limit=200')).text();

    expect(powerDns).toMatchObject({
      ...{ name: 'Home', secretNames: ['apiKey'] },
      lastCheck: { isOk: true, zones: [zone], capabilities: { writes: 'rrset' } },
    });
    expect(zones.body).toMatchObject({ items: [{ providerName: 'Home', zone }] });
    expect(JSON.stringify(listed.body)).not.toContain(server.apiKey);
    expect(audit).toContain('dns.add-provider');
    expect(audit).not.toContain(server.apiKey);
    expect(app.log.join('\n')).not.toContain(server.apiKey);
  });

  test('one that repeats what it was sent is told of without the secret', async () => {
    const apiKey = 'a-key-that-is-repeated';
    const echo = createServer((asked, answer) => {
      answer.statusCode = 500;
      answer.end(JSON.stringify({ error: `no ${String(asked.headers['x-api-key'])}` }));
    }).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const url = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`;
    const changes = { settings: { kind: 'powerdns', url }, secrets: { apiKey }, isTried: false };
    const { id } = (await send(admin, 'POST', '/providers', powerDnsInput('Echo', changes))).body as Provider;

    const report = await send(operator, 'POST', `/providers/${id}/check`);
    const listed = await send(viewer, 'GET', '/providers');
    await send(admin, 'DELETE', `/providers/${id}?typedName=Echo`);
    echo.closeAllConnections();
    echo.close();

    expect(report.body).toMatchObject({ isOk: false, detail: expect.stringContaining('no [secret]') });
    expect(JSON.stringify(listed.body)).toContain('no [secret]');
    expect(JSON.stringify(listed.body)).not.toContain(apiKey);
  });

  test.each([
    ['sign-in', { secrets: { apiKey: 'wrong' } }],
    ['connect', { settings: { kind: 'powerdns', url: 'http://127.0.0.1:1' } }],
    ['name', { settings: { kind: 'powerdns', url: 'http://dns.invalid' } }],
  ])('one whose %s fails is not kept, and the answer names that layer', async (layer, changes) => {
    const refused = await send(admin, 'POST', '/providers', powerDnsInput('Broken', changes));

    expect(refused).toMatchObject({ status: 422, code: 'CHECK_FAILED', data: { layer } });
    expect(JSON.stringify((await send(viewer, 'GET', '/providers')).body)).not.toContain('Broken');
  });

  test('one that cannot work yet is kept when that is wanted, and tested later', async () => {
    const changes = { settings: { kind: 'powerdns', url: 'http://127.0.0.1:1' }, isTried: false };
    const added = await send(admin, 'POST', '/providers', powerDnsInput('Later', changes));
    const { id } = added.body as Provider;

    const checked = await send(operator, 'POST', `/providers/${id}/check`);
    const overview = (await (await viewer.fetch('/api/overview')).json()) as {
      attention: { items: { sentence: string }[] };
    };
    const sentences = overview.attention.items.map(({ sentence }) => sentence);
    const misnamed = await send(admin, 'DELETE', `/providers/${id}?typedName=late`);
    const removed = await send(admin, 'DELETE', `/providers/${id}?typedName=Later`);

    expect(sentences).toContain(
      'The DNS provider Later does not work: 127.0.0.1:1 did not answer (ECONNREFUSED).',
    );
    expect(checked).toMatchObject({ status: 200, body: { isOk: false, failed: 'connect' } });
    expect([misnamed.code, removed.status]).toEqual(['NAME_DIFFERS', 204]);
  });

  test('secrets stay when they are left out, but do not go along to another address', async () => {
    const change = async (changes: object) =>
      await send(admin, 'PUT', `/providers/${powerDns.id}`, {
        ...{ ...powerDnsInput('Home', changes), secrets: {}, updatedAt: await seenAt() },
      });
    const same = await change({});
    const moved = await change({ settings: { kind: 'powerdns', url: 'http://127.0.0.1:9' } });

    expect(same.status).toBe(200);
    expect(moved).toMatchObject({ status: 400, code: 'BAD_INPUT' });
  });

  test('of two who change one at once the second is told, and nothing of the first is lost', async () => {
    const updatedAt = await seenAt();
    const change = (label: string, secrets: object) =>
      send(admin, 'PUT', `/providers/${powerDns.id}`, {
        ...{ ...powerDnsInput('Home'), name: label, secrets, updatedAt },
      });
    // Both were seen at the same time, and both are tested before either is kept.
    const answers = await Promise.all([
      change('Home', { apiKey: server.apiKey }),
      change('Home', { apiKey: server.apiKey }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)).toMatchObject({ code: 'CHANGED_MEANWHILE' });
    expect(await change('Renamed', {})).toMatchObject({ status: 409, code: 'CHANGED_MEANWHILE' });
    const { body } = await send(viewer, 'GET', '/providers');
    expect(body).toMatchObject({ items: [{ name: 'Home' }] });
  });

  test('a person proves who they are first, and only admins keep providers', async () => {
    const plain = await app.as('admin');

    expect((await send(plain, 'POST', '/providers', powerDnsInput('X'))).code).toBe('STEP_UP_REQUIRED');
    expect((await send(operator, 'POST', '/providers', powerDnsInput('X'))).code).toBe('FORBIDDEN');
    expect((await send(viewer, 'POST', `/providers/${powerDns.id}/check`)).code).toBe('FORBIDDEN');
    expect((await send(admin, 'POST', '/providers', powerDnsInput('Home'))).code).toBe('NAME_TAKEN');
  });
});

describe('records', () => {
  test('are made, listed, filtered, replaced and removed by runs', async () => {
    const made = await ended(await write('www', ['192.0.2.1'], 'absent'));
    const list = await send(viewer, 'GET', at('/records?type=A&search=www'));
    const version = await versionOf('www');
    const replaced = await ended(await write('www', ['192.0.2.3', '192.0.2.2'], version));
    const now = await versionOf('www');
    const body = { name: 'www', type: 'A', expected: now, typedName: 'ww' };
    const misnamed = await send(operator, 'POST', at('/records/remove'), body);
    const removed = await ended(
      await send(operator, 'POST', at('/records/remove'), { ...body, typedName: name('www') }),
    );

    expect([made.state, replaced.state, removed.state]).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(list.body).toMatchObject({
      total: 1,
      items: [
        { name: name('www'), shortName: 'www', ttl: 120, values: ['192.0.2.1'], isWritable: true, version },
      ],
    });
    expect(misnamed.code).toBe('NAME_DIFFERS');
    expect(await server.rrset(zone, name('www'), 'A')).toEqual([]);
  });

  test('pages walk through a zone once', async () => {
    for (let index = 0; index < 12; index += 1)
      await server.put(zone, { name: name(`page-${index}`), type: 'TXT', values: [`"${index}"`] });
    const seen: string[] = [];
    for (let cursor = '', more = true; more; ) {
      const { body } = await send(viewer, 'GET', at(`/records?limit=5&search=page-${cursor}`));
      const page = body as { items: RecordSet[]; next: string | null; total: number };
      expect(page.total).toBe(12);
      seen.push(...page.items.map((item) => item.name));
      cursor = `&cursor=${encodeURIComponent(page.next ?? '')}`;
      more = page.next !== null;
    }

    expect(new Set(seen).size).toBe(12);
    expect(seen).toHaveLength(12);
  });

  test('what somebody else changed is offered with both sides, and nothing is written', async () => {
    await ended(await write('shared', ['192.0.2.1'], 'absent'));
    const seen = await versionOf('shared');
    await server.put(zone, { name: name('shared'), type: 'A', ttl: 60, values: ['198.51.100.7'] });

    const refused = await write('shared', ['192.0.2.2'], seen);
    const decided = await ended(await write('shared', ['192.0.2.2'], String(refused.data['foundVersion'])));

    expect(refused).toMatchObject({ status: 409, code: 'DNS_CONFLICT' });
    expect(refused.data).toMatchObject({
      ...{ isFound: true, foundTtl: 60, foundValues: ['198.51.100.7'] },
      ...{ isWanted: true, wantedTtl: 120, wantedValues: ['192.0.2.2'] },
    });
    expect(decided.state).toBe('succeeded');
    expect(await server.rrset(zone, name('shared'), 'A')).toEqual(['192.0.2.2']);
  });

  test('a change is undone by its row, once, and not over somebody else', async () => {
    await ended(await write('undo', ['192.0.2.1'], 'absent'));
    const second = await write('undo', ['192.0.2.2'], await versionOf('undo'));
    await ended(second);
    const { changeId } = second.body as { changeId: string };

    const undone = await ended(await send(operator, 'POST', `/changes/${changeId}/undo`));
    const again = await send(operator, 'POST', `/changes/${changeId}/undo`);
    await server.put(zone, { name: name('undo'), type: 'A', values: ['198.51.100.7'] });
    const overOthers = await send(operator, 'POST', `/changes/${changeId}/undo`);
    const { items } = (await send(viewer, 'GET', `/changes?zone=${zone}&limit=1`)).body as {
      items: RecordChange[];
    };

    expect(undone.state).toBe('succeeded');
    expect([again.code, overOthers.code]).toEqual(['NOTHING_TO_UNDO', 'DNS_CONFLICT']);
    expect(overOthers.data).toMatchObject({ foundValues: ['198.51.100.7'], wantedValues: ['192.0.2.1'] });
    expect(await server.rrset(zone, name('undo'), 'A')).toEqual(['198.51.100.7']);
    expect(items).toMatchObject([
      {
        name: name('undo'),
        before: { values: ['192.0.2.2'] },
        after: { values: ['192.0.2.1'] },
        isMade: true,
      },
    ]);
  });

  test.each([
    [{ name: 'x y', type: 'A', values: ['192.0.2.1'] }, 'body.name'],
    [{ name: 'x', type: 'A', values: ['<script>'] }, 'body.values'],
    [{ name: 'x', type: 'MX', values: ['10 mail'] }, 'body.values'],
    [{ name: '@', type: 'CNAME', values: ['a.example.net'] }, 'body.type'],
    [{ name: 'x', type: 'SOA', values: ['a.b c.d 1 2 3 4 5'] }, 'body.type'],
  ])('%j is refused at %s', async (body, path) => {
    const refused = await send(operator, 'PUT', at('/records'), { ...body, expected: 'absent' });

    expect(refused).toMatchObject({ status: 400, code: 'BAD_INPUT', body: { fields: [{ path }] } });
  });

  test('hostile text is kept as text', async () => {
    const text = '<img src=x onerror=alert(1)> \u0007 "quotes" \\ ; $(id)';
    const body = { name: 'hostile', type: 'TXT', values: [text], expected: 'absent' };

    await ended(await send(operator, 'PUT', at('/records'), body));
    const { body: found } = await send(viewer, 'GET', at('/record?name=hostile&type=TXT'));

    expect(found).toMatchObject({
      record: { values: ['<img src=x onerror=alert(1)> \\007 "quotes" \\\\ ; $(id)'] },
    });
  });

  test('every name server and resolver is asked what it shows', async () => {
    await ended(await write('spread', ['192.0.2.1'], 'absent'));

    const { body } = await send(viewer, 'GET', at('/propagation?name=spread&type=A'));

    expect(body).toMatchObject({ zone, wanted: ['192.0.2.1'], isEverywhere: true, worstWaitSeconds: 0 });
  });

  test('a zone or provider that is not there is told as such', async () => {
    const elsewhere = await send(viewer, 'GET', `/providers/${powerDns.id}/zones/nowhere.example/records`);
    const nobody = await send(viewer, 'GET', `/providers/${crypto.randomUUID()}/zones/${zone}/records`);

    expect([elsewhere.code, nobody.code]).toEqual(['UPSTREAM_REJECTED', 'NOT_FOUND']);
  });
});

describe('writers in several processes', () => {
  test('a write waits for the turn that another process has on the zone', async () => {
    const { database } = app.app.resources;
    const { promise: end, resolve: free } = Promise.withResolvers<void>();
    const { promise: taken, resolve: take } = Promise.withResolvers<void>();
    const other = database.transaction(async (sql) => {
      await sql.execute(`select pg_advisory_xact_lock(hashtextextended('dns ${powerDns.id} ${zone}', 0))`);
      take();
      await end;
    });
    await taken;

    const started = await write('turns', ['192.0.2.1'], 'absent');
    const { runId } = started.body as { runId: string };
    await until(async () => {
      const run = (await (await viewer.fetch(`/api/jobs/runs/${runId}`)).json()) as {
        steps: { name: string; state: string }[];
      };
      return run.steps.some(({ name: step, state }) => step === 'write' && state === 'intent');
    }, 30_000);
    const meanwhile = await server.rrset(zone, name('turns'), 'A');
    free();
    await other;

    expect(meanwhile).toEqual([]);
    expect((await ended(started)).state).toBe('succeeded');
  });
});

describe('a provider with limits', () => {
  test('a wait is told as a time while the run waits, and a cancel ends it with nothing left', async () => {
    const { user: username, token } = zoneEdit.account;
    zoneEdit.setRows('home.example', 'a', [{ host: 'nas', ttl: 300, values: { ip: '192.0.2.1' } }]);
    await server.addZone('home.example', [{ name: 'nas.home.example', type: 'A', values: ['192.0.2.1'] }]);
    const settings = {
      ...{ kind: 'zoneedit', username, panelUrl: zoneEdit.url, dynamicUrl: zoneEdit.url },
      nameServers: [server.nameServer],
    };
    const secrets = { 'token:home.example': token };
    const added = await send(admin, 'POST', '/providers', { name: 'ZoneEdit', settings, secrets });
    const { id } = added.body as Provider;
    const place = `/providers/${id}/zones/home.example`;
    const change = async (value: string) => {
      const { body } = await send(viewer, 'GET', `${place}/record?name=nas&type=A`);
      const { version, record } = body as { version: string; record: RecordSet };
      const wanted = { name: 'nas', type: 'A', ttl: record.ttl, values: [value], expected: version };
      return await send(operator, 'PUT', `${place}/records`, wanted);
    };

    const first = await ended(await change('192.0.2.2'));
    await server.put('home.example', { name: 'nas.home.example', type: 'A', values: ['192.0.2.2'] });
    const second = await change('192.0.2.3');
    const { runId } = second.body as { runId: string };
    await until(async () => {
      const { items } = (await send(viewer, 'GET', '/providers')).body as { items: Provider[] };
      return items.find((one) => one.id === id)?.waits[0]?.what === 'nas.home.example';
    }, 30_000);
    await until(
      async () =>
        ((await (await viewer.fetch(`/api/jobs/runs/${runId}`)).json()) as { state: string }).state ===
        'running',
      30_000,
    );
    await operator.fetch(`/api/jobs/runs/${runId}/cancel`, { method: 'POST' });
    const cancelled = await ended(second);
    const listed = await send(viewer, 'GET', `${place}/records`);

    expect(added.body).toMatchObject({ lastCheck: { capabilities: { lists: false, types: ['A', 'TXT'] } } });
    expect(first.state).toBe('succeeded');
    expect(cancelled.state).toBe('cancelled');
    expect(zoneEdit.rows('home.example', 'a')[0]?.values).toEqual({ ip: '192.0.2.2' });
    expect(zoneEdit.refusedTooSoon).toBe(0);
    expect(listed).toMatchObject({ status: 409, code: 'UNLISTED' });
  });
});
