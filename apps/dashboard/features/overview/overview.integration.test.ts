import { DriverError } from '@nebula/errors';
import { fakeHost, type FakeHost } from '@nebula/hosts/fake';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { type Caller, json, type TestApp, testApp, until } from '../../testing.ts';
import type { Layout, Overview } from './contract.ts';

let host: FakeHost;
let app: TestApp;
let admin: Caller;
let viewer: Caller;
const idOf = (n: number) => n.toString(16).padStart(64, '0');

beforeAll(async () => {
  host = fakeHost();
  app = await testApp(inject('postgres'), {
    host,
    sampleSeconds: 1,
    broker: async () => {
      throw new DriverError('unavailable', 'The broker does not answer.');
    },
  });
  admin = await app.as('admin');
  viewer = await app.as('viewer');
  app.docker.put({ id: idOf(1), name: 'web', state: 'running' });
  app.docker.put({ id: idOf(2), name: 'sick', state: 'running', health: 'unhealthy' });
  app.docker.put({ id: idOf(3), name: 'looping', state: 'restarting' });
  app.docker.put({ id: idOf(4), name: 'gone', state: 'exited', status: 'Exited (0) 2 hours ago' });
  await soon(async () => {
    const { tiles } = await overview(admin);
    return (
      tiles.system?.state === 'ok' && tiles.containers?.state === 'ok' && tiles.containers.data.total === 4
    );
  });
});
afterAll(async () => await app[Symbol.asyncDispose]());

async function overview(caller: Caller): Promise<Overview> {
  const response = await caller.fetch('/api/overview');
  if (!response.ok) throw new Error(await response.text());
  return JSON.parse(await response.text());
}

async function sentences(caller = admin): Promise<string[]> {
  return (await overview(caller)).attention.items.map(({ sentence }) => sentence);
}

/** Waits for something that the overview tells; asks no more often than its limit of calls allows. */
async function soon(condition: () => Promise<boolean>): Promise<void> {
  await vi.waitUntil(condition, { timeout: 60_000, interval: 500 });
}

async function layout(caller: Caller): Promise<Layout> {
  return JSON.parse(await (await caller.fetch('/api/overview/layout')).text());
}

async function change(caller: Caller, basedOn: number, tiles: Layout['tiles']) {
  const order = tiles.map(({ id }) => id);
  const hidden = tiles.filter(({ isHidden }) => isHidden).map(({ id }) => id);
  return await send(caller, { basedOn, order, hidden });
}

async function send(caller: Caller, body: unknown) {
  const response = await caller.fetch('/api/overview/layout', json('PUT', body));
  const answer: Partial<Layout> & { code?: string } = JSON.parse(await response.text());
  return { status: response.status, ...answer };
}

describe('one call', () => {
  test('has the figures of every feature that the caller may see', async () => {
    const { tiles } = await overview(admin);

    expect(tiles.system).toMatchObject({ state: 'ok', data: { hostname: 'fake', cores: 2 } });
    expect(tiles.containers).toMatchObject({
      state: 'ok',
      data: { total: 4, states: { running: 2, restarting: 1, exited: 1 }, unhealthy: 1 },
    });
    expect(tiles.jobs).toMatchObject({ state: 'ok', data: { running: [] } });
    expect(tiles.audit?.state).toBe('ok');
  });

  test('a viewer has no tile of the audit; a key of one scope only that feature’s', async () => {
    expect((await overview(viewer)).tiles.audit).toBeNull();
    const narrow = await overview(await app.as('admin', ['containers:read']));

    expect(
      Object.entries(narrow.tiles)
        .filter(([, tile]) => tile !== null)
        .map(([id]) => id),
    ).toEqual(['containers']);
    expect(narrow.attention.items.every(({ id }) => id.startsWith('containers.'))).toBe(true);
    expect((await app.nobody.fetch('/api/overview')).status).toBe(401);
  });
});

describe('what needs attention', () => {
  test('containers that are unhealthy or restart again and again, with the way to them', async () => {
    const { items } = (await overview(admin)).attention;

    expect(items).toContainEqual({
      id: `containers.unhealthy.${idOf(2)}`,
      severity: 'critical',
      code: 'containers.unhealthy',
      values: { name: 'sick' },
      sentence: 'sick runs, but its health check fails.',
      path: `/containers/${idOf(2)}`,
    });
    expect(items.map(({ sentence }) => sentence)).toContain('looping starts and stops again and again.');
    const order = items.map(({ severity }) => severity);
    expect(order).toEqual(
      [...order].sort((a, b) => 'critical warning notice'.indexOf(a) - 'critical warning notice'.indexOf(b)),
    );
  });

  test('a broker that is away is a matter of its own and hides nothing else', async () => {
    expect(await sentences()).toContain('Units of systemd are not known: The broker does not answer.');
    expect((await overview(admin)).attention.unasked).toEqual([]);
  });

  test('a full disk, as soon as it was read', async () => {
    const [disk] = host.parts.filesystems;
    if (disk === undefined) throw new Error('the fake has a disk');
    host.parts.filesystems = [{ ...disk, usedBytes: 97, availableBytes: 3 }];

    await expect.poll(() => sentences(), { timeout: 60_000, interval: 500 }).toContain('/ is 97 % full.');
  }, 90_000);

  test('API keys of one’s own that end within two weeks', async () => {
    const person = await app.signIn('operator');
    for (const [name, expiresInDays] of [
      ['soon', 3],
      ['later', 13],
      ['far', 60],
      ['never', null],
    ] as const) {
      const body = { name, role: 'viewer', scopes: ['*'], expiresInDays };
      expect((await person.fetch('/api/account/api-keys', json('POST', body))).status).toBe(201);
    }

    const keys = (await sentences(person)).filter((sentence) => sentence.startsWith('The API key'));

    expect(keys.sort()).toEqual(['The API key later ends in 12 days.', 'The API key soon ends in 2 days.']);
    expect((await sentences(viewer)).some((sentence) => sentence.includes('API key'))).toBe(false);
  });

  test('a run that failed, until one on the same target goes well', async () => {
    const restart = async () => {
      const operator = await app.as('operator');
      const answer = await operator.fetch(`/api/containers/${idOf(1)}/restart`, { method: 'POST' });
      const { runId }: { runId: string } = JSON.parse(await answer.text());
      await until(
        async () =>
          /"state":"(succeeded|failed)"/.test(await (await admin.fetch(`/api/jobs/runs/${runId}`)).text()),
        60_000,
      );
    };
    app.docker.refuse('restart', 'no space left on device');
    await restart();

    await soon(async () =>
      (await sentences()).includes('Restart container of web failed: no space left on device.'),
    );
    app.docker.refuse('restart', null);
    await restart();

    expect((await sentences()).filter((sentence) => sentence.startsWith('Restart container'))).toEqual([]);
  }, 150_000);

  test('an audit that somebody meddled with', async () => {
    await using meddled = await testApp(inject('postgres'));
    const { pool } = meddled.app.resources.database;
    await meddled.signIn('viewer');
    await until(async () => {
      const { rows } = await pool.query('select id from audit_entries where seal_no is not null');
      return rows.length > 0;
    }, 60_000);
    await pool.query('alter table audit_entries disable trigger all');
    await pool.query("update audit_entries set actor_name = 'somebody else'");
    const reader = await meddled.as('admin');

    await expect
      .poll(
        async () =>
          (await sentences(reader)).filter((sentence) => sentence.startsWith('The audit does not hold')),
        {
          timeout: 60_000,
          interval: 500,
        },
      )
      .toHaveLength(1);
  }, 150_000);
});

describe('when a source fails', () => {
  test('an engine that is away is told once, and the other tiles stay', async () => {
    app.docker.setAway(true);
    await soon(async () =>
      (await sentences()).some((sentence) => sentence.includes('Docker does not answer')),
    );

    const { tiles } = await overview(admin);

    expect(tiles.containers).toMatchObject({ state: 'ok', data: { isReachable: false } });
    expect(tiles.system?.state).toBe('ok');
    app.docker.setAway(false);
    await soon(async () => !(await sentences()).some((sentence) => sentence.includes('Docker')));
  }, 90_000);

  test('a part that throws or never answers makes its own tile say so', async () => {
    const parts = new Map(app.app.resources.overviewParts);
    expect([...parts.keys()].sort()).toEqual([
      'account',
      'alerts',
      'audit',
      'certificates',
      'containers',
      'dns',
      'domains',
      'images',
      'jobs',
      'stacks',
      'system',
    ]);
    const real = parts.get('jobs');
    if (real === undefined) throw new Error('expected the part');
    const { tile } = real;
    real.tile = () => Promise.reject(new Error('select secret_column from nowhere'));
    try {
      const { tiles } = await overview(admin);
      expect(tiles.jobs).toEqual({ state: 'failed', detail: 'It could not be read; the log says why.' });
      expect(tiles.system?.state).toBe('ok');
      real.tile = () => new Promise(() => undefined);
      expect((await overview(admin)).tiles.jobs).toMatchObject({ state: 'failed' });
      real.tile = async () => ({ unexpected: true });
      expect((await overview(admin)).tiles.jobs).toMatchObject({ state: 'failed' });
    } finally {
      if (tile === undefined) delete real.tile;
      else real.tile = tile;
    }
    expect((await overview(admin)).tiles.jobs?.state).toBe('ok');
  }, 60_000);
});

describe('the layout', () => {
  test('is each person’s own, and starts as the default', async () => {
    const one = await app.signIn('viewer');
    const other = await app.signIn('viewer');
    const { version, tiles } = await layout(one);

    const saved = await change(one, version, tiles.toReversed());

    expect([version, saved.status, saved.version]).toEqual([0, 200, 1]);
    expect((await layout(one)).tiles).toEqual(tiles.toReversed());
    expect(await layout(other)).toMatchObject({ version: 0, tiles });
  });

  test('of two changes to one version the second is refused, however they race', async () => {
    const person = await app.signIn('viewer');
    for (const version of [0, 1]) {
      const { tiles } = await layout(person);
      const answers = await Promise.all(
        Array.from({ length: 4 }, (_, n) =>
          change(
            person,
            version,
            tiles.map((tile, at) => ({ ...tile, isHidden: at === n })),
          ),
        ),
      );

      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
      expect(answers.filter(({ code }) => code === 'LAYOUT_CHANGED')).toHaveLength(3);
    }
    expect((await layout(person)).version).toBe(2);
  });

  test('stands in the audit, and nonsense is refused', async () => {
    const person = await app.signIn('admin');
    await change(person, 0, []);

    const { items }: { items: { outcome: string }[] } = JSON.parse(
      await (await person.fetch('/api/audit?action=overview.change-layout&outcome=done')).text(),
    );

    expect(items.length).toBeGreaterThan(0);
    expect((await layout(person)).tiles).toHaveLength(7);
    for (const body of [
      {},
      { basedOn: -1, order: [], hidden: [] },
      { basedOn: 0, order: ['nothing'], hidden: [] },
    ])
      expect((await send(person, body)).status).toBe(400);
    expect((await app.nobody.fetch('/api/overview/layout', json('PUT', {}))).status).toBe(401);
  });
});
