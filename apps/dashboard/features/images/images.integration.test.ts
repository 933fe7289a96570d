import type { Clock } from '@nebula/clock';
import { systemClock } from '@nebula/clock';
import { type RegistryMood, startRegistry, type TestRegistry } from '@nebula/testbed';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { type Caller, json, type TestApp, testApp, until } from '../../testing.ts';
import type { ImageCheck } from './contract.ts';

let app: TestApp;
let registry: TestRegistry;
let viewer: Caller;
let operator: Caller;
let admin: Caller;
let skippedMs = 0;
let containers = 0;
/** Repositories that a test has put into a mood. */
const moody: string[] = [];

/** The machine's clock, moved forward where a test says so. */
const clock: Clock = {
  now: () => new Date(Date.now() + skippedMs),
  sleep: (ms, signal) => systemClock.sleep(ms, signal),
};

beforeAll(async () => {
  registry = await startRegistry();
  app = await testApp(inject('postgres'), { clock });
  viewer = await app.as('viewer');
  operator = await app.as('operator');
  admin = await app.as('admin');
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});
beforeEach(() => {
  registry.setLogin(null);
  for (const name of moody.splice(0)) registry.setMood(name, 'answers');
});

function mood(repository: string, ...how: [RegistryMood, retryAfter?: string]): void {
  moody.push(repository);
  registry.setMood(repository, ...how);
}

/** A container whose image came from the registry with this digest. */
function run(repository: string, digest: string | null): string {
  containers += 1;
  const image = `${registry.host}/${repository}:1`;
  const imageId = `sha256:${containers.toString(16).padStart(64, '0')}`;
  app.docker.putImage(image, {
    id: imageId,
    digests: digest === null ? [] : [`${registry.host}/${repository}@${digest}`],
  });
  app.docker.put({ id: containers.toString(16).padStart(64, '0'), name: `c-${repository}`, image, imageId });
  return image;
}

async function checked(image: string): Promise<ImageCheck> {
  const before = (await checkOf(image))?.checkedAt;
  const response = await operator.fetch('/api/images/checks', json('POST', { image }));
  expect(response.status).toBe(202);
  await until(async () => ((await checkOf(image))?.checkedAt ?? before) !== before, 30_000);
  const check = await checkOf(image);
  if (check === undefined) throw new Error('expected a check');
  return check;
}

async function checkOf(image: string): Promise<ImageCheck | undefined> {
  const response = await viewer.fetch(`/api/images/checks?image=${encodeURIComponent(image)}`);
  return ((await response.json()) as { items: ImageCheck[] }).items[0];
}

const updateOf = async (name: string) => {
  const response = await viewer.fetch(`/api/containers?search=${name}`);
  return ((await response.json()) as { items: { update: string }[] }).items[0]?.update;
};

test('the image that the registry has under the name is current, and another there is an update', async () => {
  const image = run('app', registry.push('app', '1', 'first'));

  const before = await checked(image);
  const digest = registry.push('app', '1', 'second');
  const after = await checked(image);

  expect(before).toMatchObject({ state: 'current', failure: null });
  expect(after).toMatchObject({ state: 'available', remoteDigest: digest });
  await until(async () => (await updateOf('c-app')) === 'available', 20_000);
  const found = (await (await viewer.fetch('/api/containers?update=available')).json()) as {
    items: object[];
  };
  expect(found.items).toHaveLength(1);
});

test('a registry that names no digest is asked for the manifest itself', async () => {
  const image = run('silent', registry.push('silent', '1', 'x'));
  mood('silent', 'names-no-digest');

  expect(await checked(image)).toMatchObject({ state: 'current' });
});

test('what was made here is compared with nothing, and nobody is asked', async () => {
  const image = run('home-made', null);

  expect(await checked(image)).toMatchObject({ state: 'local' });
  expect(registry.requests.some((line) => line.includes('home-made'))).toBe(false);
});

test.each([
  ['is-broken', 'unreachable', /answered 500/],
  ['is-overloaded', 'rate-limited', /asked too often/],
] as const)('a registry that %s is told as such', async (how, failure, words) => {
  const image = run(how, registry.push(how, '1', 'x'));
  mood(how, how);

  expect(await checked(image)).toMatchObject({
    state: 'failed',
    failure,
    detail: expect.stringMatching(words),
  });
  skippedMs += 3_600_000;
});

test('an image that is gone from its registry is told as such', async () => {
  const image = run('gone', `sha256:${'b'.repeat(64)}`);

  expect(await checked(image)).toMatchObject({ state: 'failed', failure: 'not-found' });
});

test('a registry that asks to be left alone is not asked again before the time it named', async () => {
  const image = run('busy', registry.push('busy', '1', 'x'));
  mood('busy', 'is-overloaded', '600');
  const asks = () => registry.requests.filter((line) => line.includes('/busy/')).length;

  const first = await checked(image);
  const asked = asks();
  const second = await checked(image);
  const isAskedAgain = asks() > asked;
  mood('busy', 'answers');
  skippedMs += 601_000;
  const third = await checked(image);

  expect(first).toMatchObject({ failure: 'rate-limited', retryAt: expect.any(String) });
  expect([second.failure, isAskedAgain]).toEqual(['rate-limited', false]);
  expect(third).toMatchObject({ state: 'current', failure: null, retryAt: null });
});

test('a registry that hangs harms nothing else, and is not waited for again in the same round', {
  timeout: 120_000,
}, async () => {
  const images = ['hang-1', 'hang-2', 'hang-3', 'hang-4'].map((name) => {
    mood(name, 'hangs');
    return run(name, registry.push(name, '1', 'x'));
  });

  const started = await operator.fetch('/api/images/checks', json('POST', {}));
  const meanwhile = await viewer.fetch('/api/containers');
  await until(async () => (await checkOf(images[3] ?? ''))?.failure === 'unreachable', 90_000);

  expect([started.status, meanwhile.status]).toEqual([202, 200]);
  const states = await Promise.all(images.map(async (image) => (await checkOf(image))?.failure));
  expect(states).toEqual(['unreachable', 'unreachable', 'unreachable', 'unreachable']);
  expect(registry.requests.filter((line) => line.includes('/hang-'))).toHaveLength(2);
});

test.each(['basic', 'bearer'] as const)(
  'a private registry with %s login is checked with the login that is kept, whose password nobody reads back',
  async (scheme) => {
    const password = `hunter2-${scheme}`;
    const image = run(`private-${scheme}`, registry.push(`private-${scheme}`, '1', 'x'));
    registry.setLogin({ scheme, username: 'me', password });
    const login = (word: string) =>
      admin.fetch(
        '/api/images/logins',
        json('PUT', { registry: registry.host, username: 'me', password: word }),
      );

    const without = await checked(image);
    const wrong = await login('wrong');
    const right = await login(password);
    const withLogin = await checked(image);
    const listed = await (await admin.fetch('/api/images/logins')).text();
    const { items } = JSON.parse(listed) as { items: { id: string }[] };
    const removed = await admin.fetch(`/api/images/logins/${items[0]?.id}`, { method: 'DELETE' });
    const after = await checked(image);

    expect(without).toMatchObject({ failure: 'needs-login' });
    expect([wrong.status, ((await wrong.json()) as { code: string }).code]).toEqual([422, 'LOGIN_REFUSED']);
    expect(right.status).toBe(200);
    expect(withLogin).toMatchObject({ state: 'current' });
    expect(listed).not.toContain(password);
    expect([removed.status, after.failure]).toEqual([204, 'needs-login']);
    const audit = await (await admin.fetch('/api/audit?limit=200')).text();
    expect(audit).toContain('images.save-login');
    expect(audit).not.toContain(password);
    expect(app.log.join('\n')).not.toContain(password);
  },
);

test('only admins see or keep logins', async () => {
  const put = json('PUT', { registry: 'x.example', username: 'a', password: 'b', isTried: false });

  expect((await operator.fetch('/api/images/logins', put)).status).toBe(403);
  expect((await operator.fetch('/api/images/logins')).status).toBe(403);
  expect((await viewer.fetch('/api/images/checks', json('POST', {}))).status).toBe(403);
});

test('pages walk through all checks once', async () => {
  const seen: string[] = [];
  for (let cursor = '', more = true; more; ) {
    const response = await viewer.fetch(`/api/images/checks?limit=2${cursor}`);
    const page = (await response.json()) as { items: ImageCheck[]; next: string | null };
    seen.push(...page.items.map(({ image, imageId }) => `${image} ${imageId}`));
    cursor = `&cursor=${page.next}`;
    more = page.next !== null;
  }

  expect(seen).toEqual([...new Set(seen)].sort());
  expect(seen.length).toBeGreaterThan(8);
});
