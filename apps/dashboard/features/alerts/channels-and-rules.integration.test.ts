import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { json, until } from '../../testing.ts';
import type { Incident, Rule, TestOutcome } from './contract.ts';
import { alertsWithin } from './index.ts';
import { type AlertWorld, openAlertWorld } from './test-world.ts';

let world: AlertWorld;
beforeEach(async () => void (world = await openAlertWorld(inject('postgres'))));
afterEach(async () => await world[Symbol.asyncDispose]());

const second = 1000;
const minute = 60 * second;
const came = (number: number) => until(() => world.receiver.received.length >= number, 20_000);
const summaries = async (query = '?state=open') =>
  (await world.incidents(query)).map(({ summary }) => summary);

describe('channels', () => {
  test('a try names the layer that stopped it', async () => {
    const { id } = await world.addChannel();
    const attempt = () => world.send<TestOutcome>('POST', `/channels/${id}/try`);
    expect(await attempt()).toMatchObject({ outcome: 'sent', layer: null });
    world.receiver.setMood('refuses-login');
    expect(await attempt()).toMatchObject({ outcome: 'failed', layer: 'sign-in' });
    await world.receiver[Symbol.asyncDispose]();
    expect(await attempt()).toMatchObject({ outcome: 'failed', layer: 'connection' });
  });

  test('secrets are told nobody, stay when they are left out, and are needed for another place', async () => {
    const { id } = await world.addChannel({ name: 'first' });
    const [channel] = (await world.get<{ items: { settings: object | null }[] }>('/alerts/channels')).items;
    expect(channel?.settings).toBe(null);
    expect(JSON.stringify(await world.get('/alerts/channels', world.keeper))).not.toContain('a-key-of-ours');
    expect(JSON.stringify(await world.get('/audit', world.keeper))).not.toContain('a-key-of-ours');
    const change = (url: string) =>
      world.keeper.fetch(
        `/api/alerts/channels/${id}`,
        json('PUT', { name: 'second', driver: 'webhook', reach: 'machine', settings: { url } }),
      );
    expect((await change(`${world.receiver.url}/other`)).status).toBe(200);
    expect((await world.send<TestOutcome>('POST', `/channels/${id}/try`)).outcome).toBe('sent');
    const moved = await change('http://127.0.0.1:1/');
    expect([moved.status, await moved.json()]).toMatchObject([400, { fields: [{ path: 'body.secrets' }] }]);
  });

  test('a fresh proof is asked for, and what a driver does not take is said by field', async () => {
    const admin = await world.app.as('admin');
    const body = { name: 'x', driver: 'ntfy', settings: { topic: 'a b' }, secrets: {} };
    const refused = await admin.fetch(
      '/api/alerts/channels',
      json('POST', { ...body, settings: { topic: 'ab' } }),
    );
    expect(((await refused.json()) as { code: string }).code).toBe('STEP_UP_REQUIRED');
    const wrong = await world.keeper.fetch('/api/alerts/channels', json('POST', body));
    expect(await wrong.json()).toMatchObject({
      code: 'BAD_INPUT',
      fields: [{ path: 'body.settings.topic' }],
    });
  });
});

describe('rules', () => {
  test('are there from the first start', async () => {
    const rules = (await world.get<{ items: Rule[] }>('/alerts/rules')).items;
    expect(rules.map(({ kind }) => kind).sort()).toEqual(
      [
        ...['disk', 'disk-full-in', 'memory', 'engine', 'down', 'unhealthy', 'restarts', 'out-of-memory'],
        ...['certificate', 'certificate', 'certificate', 'certificate-missing'],
      ].sort(),
    );
  });

  test('one that is removed or about something else ends its alerts without a message', async () => {
    const rule = await world.addRule({});
    await world.addChannel();
    const id = await world.run('web');
    await world.pass(10 * second);
    await world.kill(id);
    await world.pass(30 * second);
    await came(1);
    await world.send(
      'PUT',
      `/rules/${rule.id}`,
      { name: 'Down', kind: 'down', except: ['app/web'], forSeconds: 0 },
      world.operator,
    );
    await world.pass(minute);
    const [incident] = await world.get<{ items: Incident[] }>('/alerts/incidents').then(({ items }) => items);
    expect(incident?.closedBy).toBe('rule-changed');
    expect(world.titles()).toEqual(['web is down']);
  });

  test('limits that are upside down are refused', async () => {
    const response = await world.operator.fetch(
      '/api/alerts/rules',
      json('POST', { name: 'x', kind: 'disk', threshold: 50, recover: 60 }),
    );
    expect(await response.json()).toMatchObject({ code: 'BAD_INPUT', fields: [{ path: 'body.recover' }] });
  });

  test('apps are not judged while the engine is away; the engine is', async () => {
    await world.addRule({ severity: 'critical' });
    await world.addRule({ name: 'Docker', kind: 'engine', severity: 'critical', forSeconds: 20 });
    const id = await world.run('web');
    await world.pass(10 * second);
    world.app.docker.setAway(true);
    await until(async () => !(await world.get<{ isReachable: boolean }>('/engine')).isReachable, 20_000);
    await world.pass(6 * minute);
    expect(await summaries()).toEqual(['Docker does not answer']);
    world.app.docker.setAway(false);
    await world.pass(minute);
    await until(async () => (await world.get<{ isReachable: boolean }>('/engine')).isReachable, 20_000);
    await world.pass(minute);
    expect(await summaries()).toEqual([]);
    expect(id).toHaveLength(64);
  });
});

test('the alerts of a span are told, those that were open in it, for pages that show what happened', async () => {
  await world.addRule({ name: 'Down' });
  const id = await world.run('web');
  await world.pass(10 * second);
  const before = world.now();
  await world.kill(id);
  await world.pass(minute);
  await world.start(id);
  await world.pass(minute);
  const { sql } = world.app.app.resources.database;
  const within = async (from: Date, to: Date, subjects?: string[]) =>
    (
      await alertsWithin(sql, { hostId: 'local', from, to, ...(subjects === undefined ? {} : { subjects }) })
    ).map(({ summary }) => summary);
  expect(await within(before, world.now())).toEqual(['web is down']);
  expect(await within(before, world.now(), ['app/other'])).toEqual([]);
  const span = `from=${before.toISOString()}&to=${world.now().toISOString()}`;
  const viewer = await world.app.as('viewer');
  const markers = async (app: string) =>
    (
      (await (await viewer.fetch(`/api/changes?${span}&app=${app}&kind=incident`)).json()) as {
        items: { sentence: string; app: string | null; until: string | null }[];
      }
    ).items;
  expect(await markers('web')).toMatchObject([
    { sentence: 'web is down', app: 'web', until: expect.any(String) },
  ]);
  expect(await markers('other')).toEqual([]);
  expect(await within(new Date(before.getTime() - minute), before)).toEqual([]);
  expect(await within(world.now(), new Date(world.now().getTime() + minute))).toEqual([]);
});
