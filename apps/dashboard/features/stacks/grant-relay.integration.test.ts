import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { grantHeader, isLiftable, signGrant } from '@nebula/broker';
import { type HostileGround, makeGround } from '@nebula/broker/testing';
import type { SignGrant } from '@nebula/docker';
import { createLog } from '@nebula/log';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { mayGrantOf } from './agreeing.ts';
import { digestOf } from './folders.ts';
import { type GrantRelay, type MayGrant, openRelay } from './grant-relay.ts';
import { powersOfBody } from './powers.ts';

const pair = generateKeyPairSync('ed25519');
const log = createLog({ service: 'test', level: 'silent' });
let ground: HostileGround;
let signed = 0;
const relayDir = mkdtempSync(join(tmpdir(), 'nst-relay-'));

beforeAll(async () => {
  // A grant must outlive the start of the broker by its whole life, so this one was started a moment ago.
  let isStarted = false;
  ground = await makeGround(() => {
    const now = Date.now() - (isStarted ? 0 : 5000);
    isStarted = true;
    return new Date(now);
  });
  await writeFile(ground.grantKey, pair.publicKey.export({ type: 'spki', format: 'pem' }));
});
afterAll(async () => {
  await ground[Symbol.asyncDispose]();
  rmSync(relayDir, { recursive: true });
});
beforeEach(() => {
  ground.engine.requests.length = 0;
  signed = 0;
});

const sign: SignGrant = ({ method, target, body, rules, actor, reason }) => {
  signed += 1;
  const asked = { method, target, body, rules: rules.filter(isLiftable), actor, reason };
  return { [grantHeader]: signGrant(pair.privateKey, asked, { now: new Date(), ttlSeconds: 60 }) };
};

const network = { Name: 'shop_lan', Driver: 'macvlan', Options: { parent: 'eth0' } };
const agreed: MayGrant = mayGrantOf({
  project: 'shop',
  agreements: [
    { kind: 'service', subject: 'web', rules: ['privileged', 'bind-outside-roots'], powers: 'not looked at' },
    {
      kind: 'network',
      subject: 'lan',
      rules: ['network-driver'],
      powers: digestOf(JSON.stringify(powersOfBody('network', network))),
    },
  ],
  hashes: new Map([
    ['web', 'h1'],
    ['db', 'h2'],
  ]),
  places: new Map([['web', new Set(['/srv/shop/token', '/srv/shop/data'])]]),
  powersOf: (kind, _subject, body) => digestOf(JSON.stringify(powersOfBody(kind, body))),
  actor: 'an admin',
  reason: 'a test',
});

const labels = (service = 'web', hash = 'h1', project = 'shop') => ({
  'com.docker.compose.project': project,
  'com.docker.compose.service': service,
  'com.docker.compose.config-hash': hash,
});
const container = (more: object = {}, own = labels()) => ({
  Image: 'i',
  Labels: own,
  HostConfig: { Privileged: true, ...more },
});

function open(mayGrant = agreed): Promise<GrantRelay> {
  return openRelay({
    ...{ broker: ground.broker.dockerSocket, sign, mayGrant, log },
    dir: relayDir,
  });
}

function send(
  relay: GrantRelay,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const call = request(
      {
        socketPath: relay.socket,
        method: 'POST',
        path,
        headers: { host: 'docker', 'content-type': 'application/json', ...headers },
      },
      (answer) => {
        let read = '';
        answer.on('data', (piece: Buffer) => (read += piece.toString()));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: read }));
      },
    );
    call.on('error', reject);
    call.end(text);
  });
}

test('what was agreed to passes, with a grant of its own for each request, and the engine sees no grant', async () => {
  await using relay = await open();

  const first = await send(relay, '/v1.41/containers/create?name=shop-web-1', container());
  const second = await send(relay, '/v1.41/containers/create?name=shop-web-2', container());
  const made = await send(relay, '/networks/create', {
    ...network,
    Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.network': 'lan' },
  });

  expect([first.status, second.status, made.status]).toEqual([200, 200, 200]);
  expect(signed).toBe(3);
  expect(ground.engine.requests).toHaveLength(3);
  expect(JSON.stringify(ground.engine.requests)).not.toContain('nebula-grant');
});

test('places on the machine that were shown pass, as binds and as mounts', async () => {
  await using relay = await open();
  const mounts = [{ Type: 'bind', Source: '/srv/shop/token', Target: '/run/secrets/token', ReadOnly: true }];
  const more = { Binds: ['/srv/shop/data:/data:rw', 'shop_volume:/v'], Mounts: mounts };

  expect((await send(relay, '/containers/create', container(more))).status).toBe(200);
});

test.each<[string, string, unknown]>([
  [
    'a secret from another place',
    '/containers/create',
    container({ Mounts: [{ Type: 'bind', Source: '/etc/shadow', Target: '/run/secrets/token' }] }),
  ],
  ['a bind of another place', '/containers/create', container({ Binds: ['/etc:/data'] })],
  ['another service', '/containers/create', container({}, labels('db', 'h2'))],
  ['another hash of the service', '/containers/create', container({}, labels('web', 'h2'))],
  ['a hash of another service', '/containers/create', container({}, labels('db', 'h1'))],
  ['another project', '/containers/create', container({}, labels('web', 'h1', 'other'))],
  ['no labels', '/containers/create', { Image: 'i', HostConfig: { Privileged: true } }],
  ['one rule more', '/containers/create', container({ PidMode: 'host' })],
  [
    'labels in other letters',
    '/containers/create',
    { Image: 'i', labels: labels(), HostConfig: { Privileged: true } },
  ],
  [
    'labels given twice',
    '/containers/create',
    `{"Image":"i","Labels":{},"Labels":${JSON.stringify(labels())},"HostConfig":{"Privileged":true}}`,
  ],
  [
    'a labelled body on another route',
    '/containers/abc/exec',
    { Privileged: true, Cmd: ['id'], Labels: labels() },
  ],
  ['a route with a twist', '/v1.41/containers/create/', container()],
  [
    'another driver for the network',
    '/networks/create',
    {
      ...network,
      Driver: 'ipvlan',
      Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.network': 'lan' },
    },
  ],
  [
    'another parent for the network',
    '/networks/create',
    {
      ...network,
      Options: { parent: 'eth1' },
      Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.network': 'lan' },
    },
  ],
  [
    'a volume nobody agreed to',
    '/volumes/create',
    {
      Name: 'v',
      DriverOpts: { device: '/' },
      Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.volume': 'lan' },
    },
  ],
  ['what no grant lifts', '/swarm/init', { Labels: labels() }],
])('%s is not agreed to, so nothing reaches the engine', async (_what, path, body) => {
  await using relay = await open();

  const answer = await send(relay, path, body);

  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  expect([signed, ground.engine.requests]).toEqual([0, []]);
});

test('a grant that a program brings itself is not passed on', async () => {
  await using relay = await open(() => null);
  const target = '/containers/create?name=x';
  const own = sign({
    method: 'POST',
    target,
    body: container(),
    rules: ['privileged'],
    actor: 'a',
    reason: 'b',
  });

  const answer = await send(relay, target, container(), own);

  expect(answer.status).toBe(403);
  expect(ground.engine.requests).toEqual([]);
});

test('without anybody who agreed, refusals come through in the words of the broker', async () => {
  await using relay = await open(() => null);

  const answer = await send(relay, '/containers/create', container());

  expect(answer.text).toContain('a privileged container has the whole machine [privileged]');
});

test('after the command its socket is gone, so one that lives on reaches nothing', async () => {
  const relay = await open();
  await relay[Symbol.asyncDispose]();

  await expect(send(relay, '/containers/create', container())).rejects.toThrow(/ENOENT|ECONNREFUSED/);
});
