import { afterAll, beforeAll, expect, test } from 'vitest';
import { foresee } from './foresee.ts';
import { type HostileGround, makeGround } from './testing/ground.ts';
import { hostileCases } from './testing/hostile-cases.ts';
import { sendRaw, writeRequest } from './testing/send.ts';

let ground: HostileGround;
beforeAll(async () => {
  ground = await makeGround();
});
afterAll(() => ground[Symbol.asyncDispose]());

const outcome = async (body: unknown) => {
  const { needs, never } = await foresee('container', body, { appRoots: [ground.root] });
  return { rules: needs.map(({ rule }) => rule).sort(), isRefused: never !== null || needs.length > 0 };
};

test('what is foreseen of a container is what the broker answers, rule by rule', async () => {
  const bodies: [string, unknown][] = [
    ['nothing', {}],
    ['privileged and host', { Privileged: true, PidMode: 'host' }],
    ['a bind inside', { Binds: [`${ground.root}/inside:/x`] }],
    ['a bind outside', { Binds: ['/etc:/x'] }],
    ['a link that leads out', { Mounts: [{ Type: 'bind', Source: `${ground.root}/to-etc`, Target: '/x' }] }],
    ['the engine socket', { Binds: [`${ground.engineSocket}:/x`] }],
    ['given back capabilities', { CapDrop: ['ALL'], CapAdd: ['CHOWN'] }],
    ['devices', { Devices: [{ PathOnHost: '/dev/sda' }] }],
    ['a sysctl and a tmpfs with suid', { Sysctls: { a: 'b' }, Tmpfs: { '/x': 'suid' } }],
  ];
  for (const [name, HostConfig] of bodies) {
    const body = { Image: 'i', HostConfig };
    const answer = await sendRaw(
      ground.broker.dockerSocket,
      writeRequest('POST', '/containers/create', JSON.stringify(body)),
    );
    const refused = answer.status === 403 ? (JSON.parse(answer.body) as { rules?: string[] }) : {};

    const foreseen = await outcome(body);

    expect([name, foreseen.isRefused]).toEqual([name, answer.status === 403]);
    expect([name, foreseen.rules]).toEqual([name, [...(refused.rules ?? [])].sort()]);
  }
});

test('no hostile body that the broker refuses is foreseen as harmless', async () => {
  const cases = hostileCases(ground).filter(({ name }) => name.startsWith('create with '));
  let looked = 0;
  for (const { name, bytes } of cases) {
    const text = bytes.toString('utf8').split('\r\n\r\n')[1] ?? '';
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      // What no JSON reader takes cannot be asked about.
      continue;
    }
    // A reader of JSON keeps the last of two keys; what was hidden by that is not in the question.
    if (JSON.stringify(body) !== text) continue;
    // These lean on objects of the engine that only the broker looks up.
    if (/NetworkMode="e+|withroot|volume/.test(name)) continue;
    looked += 1;
    expect([name, (await outcome(body)).isRefused]).toEqual([name, true]);
  }
  expect(looked).toBeGreaterThan(100);
});

test('a path that we may not even look at needs a grant, and is no failure', async () => {
  const { needs, never } = await foresee(
    'container',
    { Image: 'i', HostConfig: { Binds: [`/${'x'.repeat(300)}/y:/x`] } },
    { appRoots: [ground.root] },
  );

  expect([needs.map(({ rule }) => rule), never]).toEqual([['bind-outside-roots'], null]);
});

test('networks and volumes are judged too', async () => {
  const ask = (kind: 'network' | 'volume', body: object) => foresee(kind, body, { appRoots: [] });

  expect(await ask('network', { Name: 'n', Driver: '' })).toEqual({ needs: [], never: null });
  expect((await ask('network', { Name: 'n', Driver: 'macvlan' })).needs[0]?.rule).toBe('network-driver');
  expect((await ask('volume', { Name: 'v', DriverOpts: { device: '/' } })).needs[0]?.rule).toBe(
    'volume-driver',
  );
});
