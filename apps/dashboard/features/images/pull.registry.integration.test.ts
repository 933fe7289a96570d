import {
  type Product,
  type RealRegistry,
  registryLogin,
  startEngine,
  startProduct,
  startRealRegistry,
  type TestEngine,
} from '@nebula/testbed';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newOwner } from '../account/fixtures/owner.ts';
import type { ContainerDetail } from '../containers/contract.ts';
import type { ImageCheck } from './contract.ts';

let engine: TestEngine;
let open: RealRegistry;
let locked: RealRegistry;
let product: Product;
let headers: Record<string, string>;
const patience = { timeout: 120_000, interval: 200 };

beforeAll(async () => {
  engine = await startEngine();
  open = await startRealRegistry(engine);
  locked = await startRealRegistry(engine, { isPrivate: true });
  product = await startProduct({ engine: engine.socket });
  headers = { ...(await newOwner(product)), 'content-type': 'application/json' };
}, 240_000);
afterAll(async () => {
  await product.stop();
  await open[Symbol.asyncDispose]();
  await locked[Symbol.asyncDispose]();
  await engine.stop();
}, 60_000);

async function call<T>(method: string, path: string, body?: object): Promise<{ status: number; body: T }> {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${product.url}/api${path}`, { method, headers, ...init });
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text === '' ? 'null' : text) as T };
}

interface Run {
  state: string;
  error: { code: string; message: string } | null;
}

/** Makes a container of an image and answers the run once it is over. */
async function make(name: string, image: string): Promise<Run> {
  const wanted = { name, image, command: ['/bin/busybox', 'sleep', '3600'] };
  const { status, body } = await call<{ runId: string }>('POST', '/containers', wanted);
  expect(status).toBe(202);
  const get = async () => (await call<Run>('GET', `/jobs/runs/${body.runId}`)).body;
  await expect
    .poll(async () => (await get()).state, patience)
    .toMatch(/^(succeeded|failed|cancelled|unknown)$/);
  return await get();
}

async function detail(name: string): Promise<ContainerDetail> {
  const list = await call<{ items: { id: string }[] }>('GET', `/containers?search=${name}`);
  return (await call<ContainerDetail>('GET', `/containers/${list.body.items[0]?.id}`)).body;
}

async function checked(image: string): Promise<ImageCheck | undefined> {
  const get = async () =>
    (await call<{ items: ImageCheck[] }>('GET', `/images/checks?image=${encodeURIComponent(image)}`)).body
      .items[0];
  const before = (await get())?.checkedAt;
  await call('POST', '/images/checks', { image });
  await expect.poll(async () => ((await get())?.checkedAt ?? before) !== before, patience).toBe(true);
  return await get();
}

/** Another image of the engine, which only a label tells apart. */
async function another(): Promise<string> {
  const { stdout } = await engine.docker(['create', engine.busyboxImage, '/bin/busybox', 'true']);
  const committed = await engine.docker([
    'commit',
    '--change',
    'LABEL edition=2',
    stdout.trim(),
    'edition:2',
  ]);
  expect(committed.code).toBe(0);
  return 'edition:2';
}

test('an image is fetched from a real registry, a container is made of it, and a newer one is noticed', async () => {
  await open.push(engine.busyboxImage, 'team/app:1');
  const image = `${open.host}/team/app:1`;

  expect(await make('pulled', image)).toMatchObject({ state: 'succeeded', error: null });

  const found = await detail('pulled');
  expect(found).toMatchObject({ image, state: 'running' });
  expect(found.digests).toEqual([
    expect.stringMatching(new RegExp(`^${open.host}/team/app@sha256:[0-9a-f]{64}$`)),
  ]);
  expect(await checked(image)).toMatchObject({ state: 'current', failure: null });

  await open.push(await another(), 'team/app:1');
  expect(await checked(image)).toMatchObject({
    state: 'available',
    remoteDigest: expect.stringMatching(/^sha256:/),
  });
}, 240_000);

test('a private registry refuses without the login that is kept, and is pulled from and checked with it', async () => {
  await locked.push(engine.busyboxImage, 'secret/app:1');
  const image = `${locked.host}/secret/app:1`;

  const refused = await make('locked-out', image);
  expect(refused).toMatchObject({ state: 'failed', error: { message: expect.stringMatching(/auth/i) } });
  const login = { registry: locked.host, ...registryLogin };
  expect((await call('PUT', '/images/logins', { ...login, password: 'another' })).status).toBe(422);
  expect((await call('PUT', '/images/logins', login)).status).toBe(200);

  expect(await make('let-in', image)).toMatchObject({ state: 'succeeded', error: null });
  expect(await detail('let-in')).toMatchObject({ image, state: 'running' });
  expect(await checked(image)).toMatchObject({ state: 'current', failure: null });
}, 240_000);

test('what the registry does not have is told as such, and leaves nothing behind', async () => {
  const run = await make('missing', `${open.host}/team/nothing:1`);

  expect(run).toMatchObject({
    state: 'failed',
    error: { message: expect.stringMatching(/not found|unknown/i) },
  });
  expect((await engine.docker(['ps', '-aq', '--filter', 'name=missing'])).stdout).toBe('');
}, 240_000);
