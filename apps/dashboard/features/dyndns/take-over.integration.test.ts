import { rmSync } from 'node:fs';
import { type PowerDns, startPowerDns, startZoneEdit, type ZoneEdit } from '@nebula/testbed';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Caller, json, type TestApp, testApp } from '../../testing.ts';
import type { DdclientReport } from './contract.ts';
import { type DdclientMachine, startDdclientMachine } from './testing.ts';

const zone = 'held.example';
const patience = { timeout: 60_000, interval: 100 };
const passwords = ['pass-of-held', 'dyn-token', 'pass of another, place', 'pass-of-box', 'pass-of-server'];
let machine: DdclientMachine;
let server: PowerDns;
let zoneEdit: ZoneEdit;
let app: TestApp;
let viewer: Caller;
let operator: Caller;
let admin: Caller;

beforeAll(async () => {
  server = await startPowerDns();
  await server.addZone(zone);
  zoneEdit = await startZoneEdit({ zones: ['other.example'] });
  machine = await startDdclientMachine([
    'daemon=300',
    `use=web, web=http://admin:${passwords[3]}@checkip.example.net/`,
    `protocol=zoneedit1, server=dynamic.zoneedit.com, login=mara, password=${passwords[0]} a.${zone},b.${zone}`,
    `protocol=zoneedit1, ssl=no, server=${new URL(zoneEdit.url).host}, login=mara, password=${passwords[1]} nas.other.example`,
    `protocol=dyndns2, server=me:${passwords[4]}@members.example.net, login=me, password='${passwords[2]}' c.third.example`,
    "password='never ends",
  ]);
  app = await testApp(inject('postgres'), {
    broker: machine.callBroker,
    environment: {
      NEBULA_DNS_RESOLVERS: server.nameServer,
      NEBULA_DNS_PORT: String(server.port),
      NEBULA_PUBLIC_ADDRESSES: '1.1.1.9',
    },
  });
  viewer = await app.as('viewer');
  operator = await app.as('operator', ['*', 'account:skip-step-up']);
  admin = await app.as('admin', ['*', 'account:skip-step-up']);
  const settings = { kind: 'powerdns', url: server.url };
  const body = { name: 'Home', settings, secrets: { apiKey: server.apiKey } };
  expect((await admin.fetch('/api/dns/providers', json('POST', body))).status).toBe(201);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await machine[Symbol.asyncDispose]();
  await zoneEdit[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const report = async () => (await (await admin.fetch('/api/dyndns/ddclient')).json()) as DdclientReport;
const takeOver = (body: object) => admin.fetch('/api/dyndns/ddclient/take-over', json('POST', body));

test('what ddclient updates is told without its passwords, and what can be taken over', async () => {
  const found = await report();

  expect(found).toMatchObject({
    ...{
      state: 'found',
      path: machine.file,
      unit: { name: 'ddclient.service', active: 'active', canStop: true },
    },
    usesAddressOf: ['use=web', 'web=http://checkip.example.net/'],
    entries: [
      { names: [`a.${zone}`, `b.${zone}`], obstacle: null, providerName: 'Home', led: [] },
      {
        names: ['nas.other.example'],
        kind: 'zoneedit',
        obstacle: null,
        providerId: null,
        zone: 'other.example',
      },
      { names: ['c.third.example'], kind: null, obstacle: 'protocol', hasPassword: true },
    ],
    remarks: [{ line: 6, problem: 'not-understood' }],
  });
  for (const one of passwords) expect(JSON.stringify(found)).not.toContain(one);
});

test('nobody but an administrator sees it', async () => {
  for (const who of [viewer, operator]) {
    expect((await who.fetch('/api/dyndns/ddclient')).status).toBe(403);
  }
});

const taken = async () =>
  (
    (await (await admin.fetch('/api/audit?action=dyndns.take-over&limit=200')).json()) as {
      items: { outcome: string; target: { id: string } }[];
    }
  ).items.map(({ outcome, target }) => `${target.id.split('#')[1] ?? ''} ${outcome}`);

test('what was not taken over is not told as done, and who has to prove who they are is told before anything is made', async () => {
  const { fingerprint } = await report();
  const refused = await takeOver({ index: 1, fingerprint, providerName: 'Home' });
  expect(await refused.json()).toMatchObject({ code: 'NAME_TAKEN' });
  const unproven = await app.as('admin');
  const asked = await unproven.fetch(
    '/api/dyndns/ddclient/take-over',
    json('POST', { index: 0, fingerprint }),
  );
  expect(await asked.json()).toMatchObject({ code: 'STEP_UP_REQUIRED' });
  expect((await report()).entries.map(({ led }) => led)).toEqual([[], [], []]);
  expect(await taken()).toContain('0 denied');
  expect((await taken()).filter((entry) => entry.endsWith('done'))).toEqual([]);
});

test('names in a zone that is held here follow from here, and that ddclient still runs is said', async () => {
  const { fingerprint } = await report();
  const taken = await takeOver({ index: 0, fingerprint });

  expect([taken.status, await taken.json()]).toEqual([
    200,
    expect.objectContaining({ names: [`a.${zone}`, `b.${zone}`], isStillRunning: true }),
  ]);
  await expect.poll(() => server.rrset(zone, `a.${zone}`, 'A'), patience).toEqual(['1.1.1.9']);
  await expect.poll(() => server.rrset(zone, `b.${zone}`, 'A'), patience).toEqual(['1.1.1.9']);
  expect((await report()).entries[0]?.led).toEqual([`a.${zone}`, `b.${zone}`]);
  machine.setActive('inactive');
  expect(await (await takeOver({ index: 0, fingerprint })).json()).toMatchObject({ isStillRunning: false });
});

test('an account of ddclient becomes a provider whose password is told nowhere', async () => {
  const { fingerprint } = await report();
  const taken = await takeOver({ index: 1, fingerprint, providerName: 'From ddclient' });
  expect(taken.status).toBe(200);

  const providers = await (await admin.fetch('/api/dns/providers')).text();
  expect(providers).toContain('From ddclient');
  expect(providers).toContain('token:other.example');
  const { items } = (await (await viewer.fetch('/api/dyndns/names')).json()) as { items: { name: string }[] };
  expect(items.map(({ name }) => name)).toContain('nas.other.example');
  const audit = await (await admin.fetch('/api/audit?limit=200')).text();
  expect(audit).toContain('dyndns.take-over');
  const everything = [
    await taken.text(),
    providers,
    audit,
    JSON.stringify(await report()),
    app.log.join('\n'),
  ];
  for (const one of passwords) expect(everything.join('\n')).not.toContain(one);
});

test('the answer names what follows from here, not what a router leads', async () => {
  const { items } = (await (await viewer.fetch('/api/dyndns/names')).json()) as {
    items: { id: string; name: string }[];
  };
  const own = items.find(({ name }) => name === `a.${zone}`);
  // When it is tried a second time the router leads it already.
  if (own !== undefined) {
    await admin.fetch(`/api/dyndns/names/${own.id}`, { method: 'DELETE' });
    const token = json('POST', { label: 'FRITZ!Box', names: [own.name] });
    expect((await admin.fetch('/api/dyndns/tokens', token)).status).toBe(201);
  }
  const { fingerprint } = await report();

  expect(await (await takeOver({ index: 0, fingerprint })).json()).toMatchObject({ names: [`b.${zone}`] });
});

test('what cannot be taken over, or was changed meanwhile, is refused', async () => {
  const { fingerprint } = await report();
  expect(await (await takeOver({ index: 2, fingerprint })).json()).toMatchObject({ code: 'NOT_TAKEN_OVER' });
  expect(await (await takeOver({ index: 9, fingerprint })).json()).toMatchObject({ code: 'NOT_FOUND' });
  expect(await (await takeOver({ index: 0, fingerprint: 'of another' })).json()).toMatchObject({
    code: 'CHANGED_MEANWHILE',
  });
});

test('a machine without systemd or without ddclient says so', async () => {
  machine.setActive(null);
  expect(await report()).toMatchObject({ state: 'found', unit: null });
  rmSync(machine.file);
  expect(await report()).toMatchObject({ state: 'absent', entries: [] });
});
