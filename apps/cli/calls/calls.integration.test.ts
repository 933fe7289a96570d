import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type TestApp, testApp, until } from '../../dashboard/testing.ts';
import { nebula } from '../fixtures/nebula.ts';

let app: TestApp;
let admin: Record<string, string>;
let viewer: Record<string, string>;
const idOf = (n: number) => n.toString(16).padStart(4, '0').padEnd(64, 'a');
const hostile = 'evil\u001b[2J\u009b31m\u202egnp';

beforeAll(async () => {
  app = await testApp(inject('postgres'));
  const as = async (role: 'admin' | 'viewer') => ({
    NEBULA_URL: app.url,
    NEBULA_API_KEY: (await app.as(role)).key ?? '',
  });
  admin = await as('admin');
  viewer = await as('viewer');
  ['web-1', 'web-2', 'db', hostile, '日本語'].forEach((name, n) => app.docker.put({ id: idOf(n), name }));
  await until(async () => (await (await app.as('viewer')).fetch('/api/containers')).status === 200);
});
afterAll(async () => await app[Symbol.asyncDispose]());

test('lists containers aligned, with hostile names made harmless', async () => {
  const { code, out, err } = await nebula(['containers', 'list'], { env: viewer });

  expect([code, err]).toEqual([0, '']);
  const lines = out.trimEnd().split('\n');
  expect(lines).toHaveLength(6);
  expect(lines[0]).toMatch(/^NAME +STATE +HEALTH +IMAGE/);
  expect(out).toContain('evil\\x1b[2J\\x9b31m\\u{202e}gnp');
  expect(out).not.toMatch(/[\u001b\u009b\u202e]/);
});

test('answers exactly what the API answers with --json, before or after the command', async () => {
  const { out } = await nebula(['containers', 'list', '--limit', '2', '--json'], { env: viewer });
  const before = await nebula(['--json', 'containers', 'list', '--limit=2'], { env: viewer });
  const direct = await (await app.as('viewer')).fetch('/api/containers?limit=2');

  const withoutUsage = (page: { items: object[] }) => page.items.map((item) => ({ ...item, usage: null }));
  expect(withoutUsage(JSON.parse(out))).toEqual(withoutUsage((await direct.json()) as { items: object[] }));
  expect(JSON.parse(before.out).next).toBe(JSON.parse(out).next);
  const hostileJson = (await nebula(['containers', 'get', idOf(3), '--json'], { env: viewer })).out;
  expect(hostileJson).not.toMatch(/[\u001b\u009b\u202e]/);
  expect(JSON.parse(hostileJson).name).toBe(hostile);
});

test('goes on to the last page with --all and says otherwise that there is more', async () => {
  const first = await nebula(['containers', 'list', '--limit', '2', '--quiet'], { env: viewer });
  const all = await nebula(['containers', 'list', '--limit', '2', '--all', '--quiet'], { env: viewer });
  const people = await nebula(['containers', 'list', '--limit', '2'], { env: viewer });

  expect(first.out.trim().split('\n')).toHaveLength(2);
  expect(all.out.trim().split('\n').sort()).toEqual([0, 1, 2, 3, 4].map(idOf).sort());
  expect(people.err).toMatch(/There is more: --cursor \S+, or --all/);
});

test('restarts by name, tells the steps and ends with 0', async () => {
  const { code, out, err } = await nebula(['containers', 'restart', 'web-1'], { env: admin });

  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('[1/3] Look at the container: done');
  expect(out).toContain('Restart container web-1: succeeded.');
  expect(app.docker.restarts).toContain(idOf(0));
});

test('answers at once with --no-wait and gives the run to look at', async () => {
  const { code, out } = await nebula(['containers', 'restart', '0001', '--no-wait', '--quiet'], {
    env: admin,
  });
  const runId = out.trim();

  expect([code, runId]).toEqual([0, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  await until(async () => {
    const shown = await nebula(['jobs', 'get', runId, '--json'], { env: admin });
    return JSON.parse(shown.out).state === 'succeeded';
  });
});
