import { createOutbound, type Outbound } from '@nebula/outbound';
import { provenVapid, pushBrowser } from '@nebula/testbed';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { type Caller, json, until } from '../../testing.ts';
import type { TestOutcome } from './contract.ts';
import { type AlertWorld, openAlertWorld } from './test-world.ts';

let world: AlertWorld;
beforeEach(async () => void (world = await openAlertWorld(inject('postgres'))));
afterEach(async () => await world[Symbol.asyncDispose]());

const second = 1000;
const minute = 60 * second;
const came = (number: number) => until(() => world.receiver.received.length >= number, 20_000);
const summaries = async (query = '?state=open') =>
  (await world.incidents(query)).map(({ summary }) => summary);
const notices = async () =>
  (
    await world.get<{ items: { kind: string; subject: string; level: string; href: string }[] }>(
      '/notices',
      world.viewer,
    )
  ).items;

describe('an app that dies', () => {
  test('is told once, and once when it is back, on the channel and the bell', async () => {
    await world.addRule({ name: 'Down', severity: 'critical' });
    await world.addChannel();
    const id = await world.run('web');
    await world.pass(10 * second);
    await world.kill(id);
    await world.pass(minute);
    await came(1);
    const [incident] = await world.incidents('?state=open');
    expect(incident).toMatchObject({ summary: 'web is down', subject: 'app/web', path: `/containers/${id}` });
    await world.pass(2 * minute);
    await world.start(id);
    await world.pass(minute);
    await came(2);
    await world.pass(2 * minute);
    expect(world.titles()).toEqual(['web is down', 'web is up again']);
    expect(await world.incidents('?state=open')).toEqual([]);
    const whole = await world.incident(incident?.id ?? '');
    expect(whole.entries.map(({ kind }) => kind)).toEqual(['fired', 'sent', 'closed', 'sent']);
    expect(whole.deliveries.map(({ message, state }) => `${message} ${state}`)).toEqual([
      'firing sent',
      'recovered sent',
    ]);
    expect((await notices()).map(({ kind, subject, level }) => [kind, subject, level])).toEqual([
      ['alerts.closed', 'web is up again', 'success'],
      ['alerts.opened', 'web is down', 'danger'],
    ]);
    const audit = JSON.stringify(await world.get('/audit', world.keeper));
    for (const action of ['alerts.open', 'alerts.close', 'alerts.tell']) expect(audit).toContain(action);
  });

  test('is told nobody when it is back before it was told', async () => {
    await world.addRule({});
    await world.addChannel();
    const id = await world.run('web');
    await world.pass(10 * second);
    await world.kill(id);
    await world.pass(10 * second);
    expect(await summaries()).toEqual(['web is down']);
    await world.start(id);
    await world.pass(2 * minute);
    const [incident] = await world.incidents();
    expect((await world.incident(incident?.id ?? '')).deliveries.map(({ state }) => state)).toEqual([
      'dropped',
    ]);
    expect(world.titles()).toEqual([]);
  });

  test('is not told when a person stopped it here, or its work was done', async () => {
    await world.addRule({});
    const id = await world.run('web');
    const done = await world.run('job');
    await world.pass(10 * second);
    await world.operator.fetch(`/api/containers/${id}/kill`, json('POST', {}));
    await until(() => world.app.docker.done.includes(`kill ${id}`), 20_000);
    await world.kill(id);
    await world.kill(done, 0);
    await world.pass(minute);
    expect(await summaries('')).toEqual([]);
  });
});

test('three hundred that die together are one message, and one when they are back', async () => {
  await world.addRule({ severity: 'critical' });
  await world.addChannel();
  const ids = Array.from({ length: 300 }, (_, n) => (n + 1).toString(16).padStart(64, '0'));
  const put = (state: 'running' | 'exited', status: string, action: string) => {
    for (const [n, id] of ids.entries())
      world.app.docker.put({ id, name: `app-${n}`, state, status }, action);
  };
  const all = async (state: string) => {
    const page = (cursor: string) =>
      world.get<{ items: object[]; next: string | null }>(`/containers?limit=200&state=${state}${cursor}`);
    const first = await page('');
    const second = first.next === null ? [] : (await page(`&cursor=${encodeURIComponent(first.next)}`)).items;
    return first.items.length + second.length === 300;
  };
  put('running', 'Up 1 second', 'start');
  await until(() => all('running'), 40_000);
  await world.pass(20 * second);
  put('exited', 'Exited (137) 1 second ago', 'die');
  await until(() => all('exited'), 40_000);
  await world.pass(minute);
  await came(1);
  put('running', 'Up 1 second', 'start');
  await until(() => all('running'), 40_000);
  await world.pass(2 * minute);
  await came(2);
  const [fired, over, ...more] = world.titles();
  expect(more).toEqual([]);
  expect(fired).toMatch(/^300 alerts: app-\S+ is down, .* and 297 more$/);
  expect(over).toMatch(/^300 alerts: app-\S+ is up again/);
  expect(await notices()).toHaveLength(2);
});

describe('figures', () => {
  const disk = (percent: number) => {
    const [first] = world.host.parts.filesystems;
    const total = first?.totalBytes ?? 0;
    Object.assign(first ?? {}, {
      usedBytes: (total * percent) / 100,
      availableBytes: (total * (100 - percent)) / 100,
    });
  };

  test('a disk fires over its limit and ends only under the other one', async () => {
    await world.addRule({ kind: 'disk', threshold: 90, recover: 80, forSeconds: 30 });
    disk(95);
    await world.pass(minute + 20 * second);
    expect(await summaries()).toEqual(['/ is 95 % full (at least 90 %)']);
    disk(85);
    await world.pass(2 * minute);
    expect(await summaries()).toEqual(['/ is 95 % full (at least 90 %)']);
    disk(70);
    await world.pass(minute);
    expect(await summaries()).toEqual([]);
  });

  test('a server that slept and a clock that was put back fire nothing', async () => {
    await world.addRule({ kind: 'disk', threshold: 90, recover: 80, forSeconds: 120 });
    disk(95);
    await world.pass(minute);
    await world.jump(-3 * 3_600_000);
    await world.pass(minute);
    expect(await summaries('')).toEqual([]);
    await world.pass(2 * minute);
    expect(await summaries('')).toEqual(['/ is 95 % full (at least 90 %)']);
  });

  test('what a rule would have done is played from the history', async () => {
    disk(95);
    await world.pass(5 * minute);
    disk(50);
    await world.pass(5 * minute);
    const rule = { name: 'Try', kind: 'disk', threshold: 90, recover: 80, forSeconds: 120 };
    const found = await world.send('POST', '/rules/preview', rule, world.viewer);
    expect(found).toMatchObject({ isKnown: true, times: 1, subjects: [{ subject: 'disk/', times: 1 }] });
    const other = await world.send('POST', '/rules/preview', { ...rule, forSeconds: 600 }, world.viewer);
    expect(other).toMatchObject({ isKnown: true, times: 0 });
    expect(
      await world.send('POST', '/rules/preview', { name: 'Try', kind: 'down' }, world.viewer),
    ).toMatchObject({
      isKnown: false,
    });
    expect(await summaries('')).toEqual([]);
  });
});

describe('telling', () => {
  async function down(name = 'web') {
    const id = await world.run(name);
    await world.pass(10 * second);
    await world.kill(id);
    await world.pass(10 * second);
    const incident = (await world.incidents('?state=open')).find(({ subjectName }) => subjectName === name);
    return { id, incident: incident?.id ?? '' };
  }
  const deliveries = async (id: string) =>
    (await world.incident(id)).deliveries.map(({ message, state }) => `${message} ${state}`);

  test('what certainly did not arrive is tried again; where nobody knows it is not', async () => {
    await world.addRule({});
    await world.addChannel();
    world.receiver.setMood('is-overloaded');
    const { incident } = await down();
    await world.pass(30 * second);
    await came(1);
    world.receiver.setMood('is-broken');
    await world.pass(minute);
    await came(2);
    await until(async () => (await deliveries(incident))[0] === 'firing unknown', 20_000);
    world.receiver.setMood('takes-it');
    await world.pass(4 * minute);
    expect(world.receiver.received).toHaveLength(2);
    expect((await notices()).map(({ subject, href }) => [subject, href])).toContainEqual([
      'Nobody knows whether a message reached hook',
      '/alerts/channels',
    ]);
  });

  test('quiet hours hold back what is not critical until their end', async () => {
    await world.addRule({ name: 'Down', severity: 'warning' });
    await world.addChannel();
    const quiet = { isOn: true, from: '11:00', to: '12:05', zone: 'UTC', letsCriticalThrough: true };
    await world.send('PUT', '/quiet', quiet, world.operator);
    await down();
    await world.pass(3 * minute);
    expect(world.titles()).toEqual([]);
    await world.pass(3 * minute);
    await came(1);
    expect(world.titles()).toEqual(['web is down']);
  });

  test('a mute keeps the alert and tells nobody; ended early it is told at once', async () => {
    await world.addRule({});
    await world.addChannel();
    const silence = await world.send<{ id: string }>(
      'POST',
      '/silences',
      { reason: 'move', minutes: 120 },
      world.operator,
    );
    await down();
    await world.pass(3 * minute);
    expect([world.titles(), await notices()]).toEqual([[], []]);
    await world.send('DELETE', `/silences/${silence.id}`, undefined, world.operator);
    await came(1);
  });

  test('a snooze ends with a reminder, an acknowledgement without one', async () => {
    await world.addRule({ remindMinutes: 2 });
    await world.addChannel();
    const { incident } = await down();
    await world.pass(30 * second);
    await came(1);
    await world.send('POST', `/incidents/${incident}/snooze`, { minutes: 5 }, world.operator);
    await world.pass(4 * minute);
    expect(world.titles()).toHaveLength(1);
    await world.pass(90 * second);
    await came(2);
    expect(world.titles()[1]).toBe('Still: web is down');
    await world.send('POST', '/incidents/acknowledge', { ids: [incident] }, world.operator);
    await until(async () => (await world.incident(incident)).acknowledgedBy !== null, 20_000);
    const before = world.receiver.received.length;
    await world.pass(4 * minute);
    expect(world.receiver.received).toHaveLength(before);
  });

  test('a browser of a person reads what it is sent, and is forgotten when it is gone', async () => {
    const real = createOutbound();
    let service = '';
    // The push service stands on this machine; only its address is another.
    const outbound: Outbound = {
      ...real,
      fetch: (purpose, url, call) =>
        real.fetch(
          { ...purpose, allowsPlain: true },
          String(url).replace('https://push.example', service),
          call,
        ),
    };
    await using push = await openAlertWorld(inject('postgres'), {
      environment: { NEBULA_PUSH_HOSTS: 'push.example', NEBULA_PUBLIC_URL: 'https://nebula.example' },
      outbound,
    });
    service = push.receiver.url;
    const browser = pushBrowser('https://push.example/1');
    const person = await push.app.signIn('viewer');
    const { endpoint, p256dh, auth } = browser.subscription;
    const body = { name: 'phone', endpoint, p256dh, auth };
    const foreign = await person.fetch(
      '/api/alerts/devices',
      json('POST', { ...body, endpoint: 'https://evil.example/' }),
    );
    expect(((await foreign.json()) as { code: string }).code).toBe('PUSH_HOST_NOT_ALLOWED');
    const added = await push.send<{ id: string }>('POST', '/devices', body, person);
    const items = async (caller: Caller) =>
      (await push.get<{ items: object[] }>('/alerts/devices', caller)).items;
    expect([await items(person), await items(push.viewer)]).toMatchObject([[{ name: 'phone' }], []]);

    await push.addRule({ severity: 'critical' });
    const id = await push.run('web');
    await push.pass(10 * second);
    await push.kill(id);
    await push.pass(minute);
    await until(() => push.receiver.received.length === 1, 20_000);
    const [request] = push.receiver.received;
    const message = JSON.parse(browser.read(request?.body ?? Buffer.alloc(0))) as {
      title: string;
      path: string;
    };
    expect([message.title, message.path]).toMatchObject([
      'web is down',
      expect.stringMatching(/^\/alerts\/[0-9a-f-]{36}$/),
    ]);
    expect(provenVapid(request?.headers['authorization'] ?? '')).toMatchObject({
      sub: 'https://nebula.example',
    });

    push.receiver.setMood('is-gone');
    expect(await push.send<TestOutcome>('POST', `/devices/${added.id}/try`, undefined, person)).toMatchObject(
      {
        outcome: 'failed',
        layer: 'gone',
      },
    );
    expect(await items(person)).toEqual([]);
  });
});
