import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { liftable } from './liftable.ts';
import { refusals, rules } from './rules.ts';
import { type HostileGround, makeGround } from './testing/ground.ts';
import { sendRaw, writeRequest } from './testing/send.ts';

let ground: HostileGround;
beforeAll(async () => {
  ground = await makeGround();
});
afterAll(() => ground[Symbol.asyncDispose]());
beforeEach(() => {
  ground.engine.requests.length = 0;
});

async function sent(method: string, target: string, body?: unknown, headers: Record<string, string> = {}) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const answer = await sendRaw(ground.broker.dockerSocket, writeRequest(method, target, text, headers));
  return { status: answer.status, message: answer.body, reached: ground.engine.requests.at(-1) };
}

test('each rule has an id of its own and a sentence, and is not also refused by name', () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  for (const rule of rules) {
    expect(rule.why).toMatch(/^[A-Z].*\.$/);
    const path = rule.path.replace(/\{\w+\}/, 'x');
    expect(refusals.filter((refused) => refused.path.test(path)).map(({ why }) => why)).toEqual([]);
  }
  for (const sentence of Object.values(liftable)) expect(sentence).toMatch(/^[a-z].*[^.]$/);
});

test('only rules that change something take a body, and what removes data needs a grant', () => {
  for (const rule of rules) {
    if (rule.body !== undefined) expect(rule.effect).toBe('change');
    if (rule.method === 'GET' || rule.method === 'HEAD') expect(rule.effect).toBe('read');
    if (rule.method === 'DELETE' && rule.path.startsWith('/volumes'))
      expect(rule.needs?.when).toBeUndefined();
  }
});

test('a body is sent on as it was judged, with the real path of its binds', async () => {
  const { status, reached } = await sent('POST', '/v1.41/containers/create?platform=&name=%2Fx1', {
    Image: 'registry.example:5000/a/b:1@sha256:00',
    Labels: { a: 'ü"\\' },
    Env: null,
    HostConfig: {
      Binds: [`${ground.root}/to-inside:/x:ro,Z`, 'nasvolume:/y', '/anonymous'],
      CapDrop: ['ALL'],
      CapAdd: ['CHOWN', 'CAP_SETUID'],
      SecurityOpt: ['no-new-privileges:true'],
      NetworkMode: 'friends',
      MaskedPaths: null,
    },
  });

  expect(status).toBe(200);
  expect(reached?.url).toBe('/v1.41/containers/create?name=%2Fx1&platform=');
  const body = JSON.parse(Buffer.from(reached?.body ?? '', 'latin1').toString());
  expect(body.HostConfig.Binds).toEqual([`${ground.root}/inside:/x:ro,Z`, 'nasvolume:/y', '/anonymous']);
  expect(body.Labels).toEqual({ a: 'ü"\\' });
  expect(body.HostConfig.MaskedPaths).toBeNull();
});

test('an ordinary request reaches the engine with the headers the broker wrote, and no others', async () => {
  const { reached } = await sent(
    'GET',
    '/v1.41/containers/json?filters=%7B%22b%22%3A%7B%22x%22%3Atrue%7D%2C%22a%22%3A%5B%22y%22%5D%7D&all=true',
    undefined,
    {
      'X-Evil': '1',
      Cookie: 'a=b',
    },
  );

  expect(decodeURIComponent(reached?.url ?? '')).toBe(
    '/v1.41/containers/json?all=1&filters={"a":["y"],"b":{"x":true}}',
  );
  expect(reached?.headers).toEqual({ host: 'docker', connection: 'close', 'content-length': '0' });
});

test('registry passwords go with a pull, and with nothing else', async () => {
  const headers = { 'X-Registry-Auth': 'eyJhIjoiYiJ9' };
  const pull = await sent('POST', '/images/create?fromImage=localhost%3A5000%2Fx&tag=1', undefined, headers);
  expect(pull.reached?.headers['x-registry-auth']).toBe('eyJhIjoiYiJ9');
  const stop = await sent('POST', '/containers/plain/stop', undefined, headers);
  expect(stop.reached?.headers).not.toHaveProperty('x-registry-auth');
});

test('a command is prepared for the container that was judged, by its id, and can then be started', async () => {
  const prepared = await sent('POST', '/containers/plain/exec', { Cmd: ['id'], User: '' });
  expect(prepared.reached?.url).toBe(`/containers/${'c'.repeat(64)}/exec`);
  const started = await sent('POST', `/exec/${'a'.repeat(64)}/start`, { Detach: true, Tty: false });
  expect(started.reached?.url).toBe(`/exec/${'a'.repeat(64)}/start`);
});

test('a refusal names the field and what it should be', async () => {
  const { message } = await sent('POST', '/containers/create', {
    Image: 'i',
    HostConfig: { privileged: false },
  });
  expect(JSON.parse(message)).toEqual({
    message: 'HostConfig.privileged must be spelled Privileged.',
    field: 'HostConfig.privileged',
  });
});

test('clients are told to use the classic builder', async () => {
  const answer = await sendRaw(ground.broker.dockerSocket, writeRequest('HEAD', '/_ping'));
  expect(answer.status).toBe(200);
  expect(answer.headers['builder-version']).toBe('1');
  expect(answer.body).toBe('');
});
