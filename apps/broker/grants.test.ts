import { generateKeyPairSync } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { grantHeader, type GrantRequest, signGrant } from './index.ts';
import { type HostileGround, makeGround } from './testing/ground.ts';
import { type Answer, sendRaw, writeRequest } from './testing/send.ts';

const pair = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');
let time = new Date('2026-01-01T00:00:00Z');
let ground: HostileGround;
const lines: string[] = [];

beforeAll(async () => {
  ground = await makeGround(
    () => time,
    (level, message, facts) => void lines.push(JSON.stringify({ level, message, facts })),
  );
});
afterAll(() => ground[Symbol.asyncDispose]());
beforeEach(async () => {
  time = new Date('2026-01-01T00:00:00Z');
  ground.engine.requests.length = 0;
  await writeFile(ground.grantKey, pair.publicKey.export({ type: 'spki', format: 'pem' }));
});

const body = { Image: 'i', Env: ['PASSWORD=hunter2'], HostConfig: { Privileged: true, PidMode: 'host' } };
const request: GrantRequest = {
  method: 'POST',
  target: '/containers/create?name=x1',
  body,
  rules: ['privileged', 'host-namespace'],
  actor: 'user:1',
  reason: 'a test',
};

test('a refusal that grants could lift names every rule', async () => {
  const answer = await send();

  expect(answer.status).toBe(403);
  expect(JSON.parse(answer.body)).toEqual({
    message: expect.stringContaining('HostConfig.Privileged: a privileged container has the whole machine'),
    rules: ['privileged', 'host-namespace'],
    grantable: true,
  });
  expect(answer.headers['x-nebula-rule']).toBe('privileged,host-namespace');
});

test('a refusal that nothing lifts says nothing of grants', async () => {
  const answer = await sendRaw(ground.broker.dockerSocket, writeRequest('POST', '/swarm/init', '{}'));

  expect(answer.status).toBe(403);
  expect(answer.headers['x-nebula-rule']).toBeUndefined();
  expect(JSON.parse(answer.body)).toEqual({ message: 'Swarm mode is not reached through the broker.' });
});

test('a grant lets exactly its request through, whatever the version and the order of keys', async () => {
  const turned = JSON.stringify({
    HostConfig: { PidMode: 'host', Privileged: true },
    Env: body.Env,
    Image: 'i',
  });
  const answer = await send(sign(), turned, '/v1.41/containers/create?name=x1');

  expect(answer.status).toBe(200);
  expect(ground.engine.requests).toHaveLength(1);
  expect(JSON.parse(ground.engine.requests[0]?.body ?? '')).toEqual(body);
  expect(ground.engine.requests[0]?.headers).not.toHaveProperty(grantHeader.toLowerCase());
});

test('a grant works once', async () => {
  const grant = sign();
  expect((await send(grant)).status).toBe(200);
  const second = await send(grant);

  expect(second.status).toBe(403);
  expect(second.body).toContain('used before');
  expect(ground.engine.requests).toHaveLength(1);
});

test('a grant that an earlier broker accepted is refused by the next one, also with the same key', async () => {
  const grant = sign();
  expect((await send(grant)).status).toBe(200);
  const short = sign({}, 30);
  time = new Date(time.getTime() + 1_000);
  await using next = await makeGround(
    () => time,
    () => {},
  );
  await writeFile(next.grantKey, pair.publicKey.export({ type: 'spki', format: 'pem' }));
  const sendNext = (header: string) =>
    sendRaw(
      next.broker.dockerSocket,
      writeRequest('POST', request.target, JSON.stringify(body), { [grantHeader]: header }),
    );

  for (const replayed of [grant, short])
    expect((await sendNext(replayed)).body).toContain('before the broker started');
  expect(next.engine.requests).toEqual([]);
  expect((await sendNext(sign())).status).toBe(200);
});

test('a grant that is signed a moment after the broker started works at once', async () => {
  time = new Date('2026-01-01T00:00:00.900Z');
  await using next = await makeGround(
    () => time,
    () => {},
  );
  await writeFile(next.grantKey, pair.publicKey.export({ type: 'spki', format: 'pem' }));
  time = new Date('2026-01-01T00:00:00.950Z');
  const grant = sign();
  const answer = await sendRaw(
    next.broker.dockerSocket,
    writeRequest('POST', request.target, JSON.stringify(body), { [grantHeader]: grant }),
  );

  expect(answer.status).toBe(200);
});

test('a grant dies after its seconds, and none lives longer than sixty', async () => {
  const grant = sign();
  time = new Date(time.getTime() + 60_000);

  expect((await send(grant)).body).toContain('expired');
  expect(() => sign({}, 61)).toThrow(RangeError);
  const early = sign();
  time = new Date(time.getTime() - 60_000);
  expect((await send(early)).body).toContain('expired');
});

test.each<[string, () => string]>([
  ['for another body', () => sign({ body: { ...body, Image: 'other' } })],
  ['for another name', () => sign({ target: '/containers/create?name=x2' })],
  ['for another method', () => sign({ method: 'PUT' })],
  ['that lifts too little', () => sign({ rules: ['privileged'] })],
  ['of a stranger', () => signGrant(stranger.privateKey, request, { now: time, ttlSeconds: 60 })],
  ['with a changed payload', () => `${Buffer.from('{"v":2}').toString('base64url')}.${sign().split('.')[1]}`],
  ['without signature', () => sign().split('.')[0] ?? ''],
  ['that is nonsense', () => 'nonsense'],
])('a grant %s lifts nothing', async (_what, grant) => {
  const answer = await send(grant());

  expect(answer.status).toBe(403);
  expect(ground.engine.requests).toEqual([]);
});

test('without a key, or with one of another kind, grants are refused', async () => {
  await rm(ground.grantKey);
  expect((await send(sign())).body).toContain('not set up');
  const other = generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'pem' });
  await writeFile(ground.grantKey, other);
  expect((await send(sign())).body).toContain('not set up');
});

test('a grant lifts no rule that is never lifted', async () => {
  const evil = { method: 'POST', target: '/plugins/x/enable', body: {} };
  const grant = sign(evil);
  const answer = await sendRaw(
    ground.broker.dockerSocket,
    writeRequest('POST', evil.target, '{}', { [grantHeader]: grant }),
  );

  expect(answer.status).toBe(403);
  expect(ground.engine.requests).toEqual([]);
});

test('a volume is deleted with a grant only', async () => {
  const target = '/volumes/plainvolume';
  expect((await sendRaw(ground.broker.dockerSocket, writeRequest('DELETE', target))).status).toBe(403);
  const grant = sign({ method: 'DELETE', target, body: undefined, rules: ['volume-delete'] });
  const answer = await sendRaw(
    ground.broker.dockerSocket,
    writeRequest('DELETE', target, undefined, { [grantHeader]: grant }),
  );

  expect(answer.status).toBe(200);
});

test('the log of a refusal holds rule and path, and nothing of body, query or grant', async () => {
  lines.length = 0;
  const grant = sign({ rules: [] });
  await send(grant);
  const log = lines.join('\n');

  expect(log).toContain('"path":"/containers/create"');
  expect(log).toContain('privileged');
  for (const secret of ['hunter2', 'name=x1', grant]) expect(log).not.toContain(secret);
});

function sign(changes: Partial<GrantRequest> = {}, ttlSeconds = 60): string {
  return signGrant(pair.privateKey, { ...request, ...changes }, { now: time, ttlSeconds });
}

function send(grant?: string, text = JSON.stringify(body), target = request.target): Promise<Answer> {
  const headers: Record<string, string> = grant === undefined ? {} : { [grantHeader]: grant };
  return sendRaw(ground.broker.dockerSocket, writeRequest('POST', target, text, headers));
}
