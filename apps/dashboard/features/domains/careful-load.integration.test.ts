import { type Clock, systemClock } from '@nebula/clock';
import type { Issuer, Proxy, Route, RouteCertificate } from '@nebula/proxy';
import { selfSigned } from '@nebula/testbed';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { proveServed } from './applier.ts';
import { createCarefulLoad, type WantedRow } from './careful-load.ts';
import {
  type ProxyGround,
  proxyGround,
  routeTo,
  startUpstream,
  type TestUpstream,
  upstreamsAt,
} from './test-proxy.ts';
import { lookAt } from './sights.ts';

const signal = AbortSignal.timeout(900_000);
const patience = { timeout: 60_000, interval: 100 };
const stack = new AsyncDisposableStack();
let ground: ProxyGround;
let app: TestUpstream;
/** Nobody answers there. */
const silentAuthority: Issuer = {
  ...{ kind: 'acme', directory: 'https://127.0.0.1:1/dir', email: null, rootFile: null, account: null },
};
/** What the app was asked for, by name. */
const visits = new Map<string, number>();
/** Names for which the app says that it is not well. */
const ill = new Set<string>();

beforeAll(async () => {
  ground = stack.use(await proxyGround());
  app = stack.use(
    await startUpstream((asked, answer) => {
      const name = asked.headers.host ?? '';
      visits.set(name, (visits.get(name) ?? 0) + 1);
      answer.statusCode = ill.has(name) ? 503 : 200;
      answer.end(name);
    }),
  );
});
afterAll(() => stack.disposeAsync());
beforeEach(async () => {
  visits.clear();
  ill.clear();
  await ground.proxy.apply([], {}, signal);
});

const careful = (proxy: Proxy = ground.proxy) => createCarefulLoad({ proxy, clock: systemClock, roots: [] });
const served = (route: Route): WantedRow => ({ id: route.id, route, goodRoute: route });
const changed = (row: WantedRow, route: Partial<Route>): WantedRow => ({
  ...row,
  route: { ...row.route, ...route },
});
const toApp = (id: string) => routeTo(id, `${id}.careful.test`, upstreamsAt(app.port), { retrySeconds: 0 });
const answers = (id: string, body: string) =>
  routeTo(id, `${id}.careful.test`, { kind: 'answer', status: 200, body });

async function status(id: string): Promise<number | null> {
  const name = `${id}.careful.test`;
  return (await lookAt([name], ground.caddy.httpsPort, [], signal)).get(name)?.status ?? null;
}

/** Serves routes and waits until they answer. */
async function serve(...rows: WantedRow[]): Promise<void> {
  await ground.proxy.apply(
    rows.map(({ route }) => ({ route, lastGood: null })),
    {},
    signal,
  );
  for (const { id } of rows) await expect.poll(() => status(id), patience).toBe(200);
}

test('a change that makes its own name worse is put back and told; what changed with it is served', async () => {
  const [one, two] = [served(toApp('one')), served(answers('two', 'before'))];
  await serve(one, two);
  const load = careful();
  const wanted = [
    changed(one, { target: upstreamsAt(1) }),
    changed(two, { target: { kind: 'answer', status: 201, body: 'after' } }),
  ];
  const outcome = await load(wanted, [], signal);

  expect([...outcome.held.keys()]).toEqual(['one']);
  expect(() => proveServed(outcome, 'one')).toThrow('one.careful.test answered 200 before and 502 after');
  expect(() => proveServed(outcome, 'two')).not.toThrow();
  await expect.poll(() => status('one'), patience).toBe(200);
  await expect.poll(() => status('two'), patience).toBe(201);

  // The minute's look at what should be served does not load it again.
  const { version } = await ground.proxy.state(signal);
  expect((await load(wanted, [], signal)).held.has('one')).toBe(true);
  expect((await ground.proxy.state(signal)).version).toBe(version);
  // Something else is wanted: that is tried.
  expect(
    (await load([changed(one, { target: { kind: 'answer', status: 202, body: '' } })], [], signal)).held.size,
  ).toBe(0);
  await expect.poll(() => status('one'), patience).toBe(202);
});

test('a change that takes the name of another site is put back, and the site is served as before', async () => {
  const [thief, victim] = [served(answers('a-thief', 'x')), served(toApp('victim'))];
  await serve(thief, victim);
  const outcome = await careful()(
    [
      changed(thief, {
        hosts: ['a-thief.careful.test', 'victim.careful.test'],
        target: upstreamsAt(1),
        // The certificate of the site is named once; twice would be refused.
        certificate: { kind: 'automatic', issuers: [] },
      }),
      victim,
    ],
    [],
    signal,
  );

  expect(outcome.held.get('a-thief')).toContain('victim.careful.test answered 200 before');
  await expect.poll(() => status('victim'), patience).toBe(200);
  await expect.poll(() => status('a-thief'), patience).toBe(200);
});

test('what a machine that stood still saw in that time is looked at again before anything is put back', async () => {
  const [one, asleep] = [served(answers('one', 'before')), served(toApp('asleep'))];
  await serve(one, asleep);
  const { proxy } = ground;
  const sleepy: Proxy = {
    ...proxy,
    async apply(...given) {
      const applied = await proxy.apply(...given);
      if (applied.isChanged) ill.add('asleep.careful.test');
      return applied;
    },
  };
  let stoodStillMs = 0;
  const clock: Clock = {
    ...systemClock,
    // A minute passes between any two looks at the clock.
    now: () => new Date(Date.now() + (stoodStillMs += 60_000)),
    async sleep(ms, until) {
      ill.clear();
      await systemClock.sleep(ms, until);
    },
  };
  const load = createCarefulLoad({ proxy: sleepy, clock, roots: [] });
  const outcome = await load(
    [changed(one, { target: { kind: 'answer', status: 201, body: 'after' } }), asleep],
    [],
    signal,
  );

  expect(outcome).toMatchObject({ isChanged: true, held: new Map() });
  await expect.poll(() => status('one'), patience).toBe(201);
});

test('when only names that did not change get worse, all that changed is put back', async () => {
  const [one, victim] = [served(answers('one', 'before')), served(toApp('victim'))];
  await serve(one, victim);
  // The site suffers for as long as the change is loaded, and nobody can tell why.
  const { proxy } = ground;
  const harmful: Proxy = {
    ...proxy,
    async apply(...given) {
      const applied = await proxy.apply(...given);
      if (applied.isChanged) ill.add('victim.careful.test');
      return applied;
    },
    async restore(...given) {
      await proxy.restore(...given);
      ill.clear();
    },
  };
  const outcome = await careful(harmful)(
    [changed(one, { target: { kind: 'answer', status: 201, body: 'after' } }), victim],
    [],
    signal,
  );

  expect(outcome).toMatchObject({ isChanged: false });
  expect(outcome.held.get('one')).toContain('victim.careful.test answered 200 before and 503 after');
  expect(await status('one')).toBe(200);
});

test('an app that falls ill at the same moment is not blamed on the change, which is served', async () => {
  const [one, other] = [served(answers('one', 'before')), served(toApp('other'))];
  await serve(one, other);
  const { proxy } = ground;
  const unlucky: Proxy = {
    ...proxy,
    async apply(...given) {
      const applied = await proxy.apply(...given);
      ill.add('other.careful.test');
      return applied;
    },
  };
  const outcome = await careful(unlucky)(
    [changed(one, { target: { kind: 'answer', status: 201, body: 'after' } }), other],
    [],
    signal,
  );

  expect(outcome.held.size).toBe(0);
  await expect.poll(() => status('one'), patience).toBe(201);
});

test('an app that ends at the same moment is seen to be gone, and nothing is put back', async () => {
  await using shortLived = await startUpstream((_asked, answer) => answer.end());
  const one = served(answers('one', 'before'));
  const other = served(
    routeTo('other', 'other.careful.test', upstreamsAt(shortLived.port), { retrySeconds: 0 }),
  );
  await serve(one, other);
  const { proxy } = ground;
  let restored = 0;
  const unlucky: Proxy = {
    ...proxy,
    async apply(...given) {
      const applied = await proxy.apply(...given);
      await shortLived[Symbol.asyncDispose]();
      return applied;
    },
    async restore(...given) {
      restored += 1;
      await proxy.restore(...given);
    },
  };
  const wanted = [changed(one, { target: { kind: 'answer', status: 201, body: 'after' } }), other];
  expect((await careful(unlucky)(wanted, [], signal)).held.size).toBe(0);
  expect(restored).toBe(0);
  await expect.poll(() => status('one'), patience).toBe(201);
});

test('what somebody else wrote in between stays when a change is put back', async () => {
  const one = served(toApp('one'));
  await serve(one);
  const { proxy, caddy } = ground;
  const foreign = {
    match: [{ host: ['foreign.careful.test'] }],
    handle: [{ handler: 'static_response', body: 'theirs' }],
  };
  let states = 0;
  const busy: Proxy = {
    ...proxy,
    async state(...given) {
      const state = await proxy.state(...given);
      states += 1;
      // Asked before the load, right after it, and before putting back.
      if (states === 2) {
        await caddy.admin('POST', '/config/apps/http/servers/nebula/routes', JSON.stringify(foreign));
      }
      return state;
    },
  };
  const outcome = await careful(busy)([changed(one, { target: upstreamsAt(1) })], [], signal);

  expect([...outcome.held.keys()]).toEqual(['one']);
  expect((await proxy.state(signal)).foreign).toEqual([
    expect.objectContaining({ hosts: ['foreign.careful.test'] }),
  ]);
  await expect.poll(() => status('one'), patience).toBe(200);
});

/** Counts loads on their way to the proxy, and lets a site suffer for as long as a change is loaded. */
function harming(name: string): Proxy & { loads: number } {
  const { proxy } = ground;
  const harmful = {
    ...proxy,
    loads: 0,
    async apply(...given: Parameters<Proxy['apply']>) {
      const applied = await proxy.apply(...given);
      if (!applied.isChanged) return applied;
      harmful.loads += 1;
      ill.add(name);
      return applied;
    },
    async restore(...given: Parameters<Proxy['restore']>) {
      await proxy.restore(...given);
      ill.clear();
    },
  };
  return harmful;
}

test('a load that changes no route and harms a site is put back and said to be, and not made again', async () => {
  const [one, victim] = [served(answers('one', 'x')), served(toApp('victim'))];
  await serve(one, victim);
  const proxy = harming('victim.careful.test');
  const load = careful(proxy);
  for (let turn = 0; turn < 2; turn += 1) {
    await expect(load([victim, one], [], signal)).rejects.toThrow(
      'changes no site: victim.careful.test answered 200 before and 503 after',
    );
  }
  expect(proxy.loads).toBe(1);
  expect(await status('victim')).toBe(200);
});

test('a site that goes and takes another with it stays, and is not taken away again every minute', async () => {
  const [one, victim] = [served(answers('one', 'x')), served(toApp('victim'))];
  await serve(one, victim);
  const proxy = harming('victim.careful.test');
  const load = careful(proxy);
  for (let turn = 0; turn < 2; turn += 1) {
    const outcome = await load([victim], [], signal);
    expect(outcome).toMatchObject({ isChanged: false });
    expect(() => proveServed(outcome, 'one')).toThrow(
      'victim.careful.test answered 200 before and 503 after',
    );
  }
  expect(proxy.loads).toBe(1);
  expect(await status('one')).toBe(200);
});

describe('a certificate that is wanted', () => {
  const name = 'own.careful.test';
  const brought = async (): Promise<RouteCertificate> => {
    const { chain, privateKey } = await selfSigned([name]);
    return { kind: 'own', certificatePem: chain, keyPem: privateKey };
  };
  const isTrusted = async (root: string) => {
    const sight = (await lookAt([name], ground.caddy.httpsPort, [root], signal)).get(name);
    return sight?.status === 200 && sight.isTrusted;
  };
  /** The authority that Caddy is by itself. */
  async function ownRoot(): Promise<string> {
    const answer: unknown = JSON.parse(await ground.caddy.admin('GET', '/pki/ca/local'));
    const { root_certificate } = answer as { root_certificate: string };
    return root_certificate;
  }

  test('is served though a trusted one was before, and so is the one before when it is wanted back', async () => {
    const row = served(answers('own', 'x'));
    await serve(row);
    const root = await ownRoot();
    await expect.poll(() => isTrusted(root), patience).toBe(true);
    const load = createCarefulLoad({ proxy: ground.proxy, clock: systemClock, roots: [root] });
    const certificate = await brought();
    const outcome = await load([changed(row, { certificate })], [], signal);
    expect(outcome).toMatchObject({ isChanged: true, held: new Map(), looked: 1 });
    expect(await isTrusted(root)).toBe(false);
    expect(await load([changed(row, { certificate })], [], signal)).toMatchObject({ isChanged: false });

    // Nothing but the certificate differs from what was proven, and what runs is neither.
    const elsewhere = { kind: 'automatic' as const, issuers: [silentAuthority] };
    const back = served({ ...row.route, certificate: elsewhere });
    expect(await load([back], [], signal)).toMatchObject({ isChanged: true, held: new Map() });
  });

  test('is waited for by who wants it when an authority takes longer than a load is watched', async () => {
    const certificate = await brought();
    const row = served({ ...answers('own', 'x'), certificate });
    await serve(row);
    const load = careful();
    const wanted = [changed(row, { certificate: { kind: 'automatic', issuers: [silentAuthority] } })];
    const outcome = await load(wanted, [], signal);
    expect(outcome).toMatchObject({ isChanged: true, held: new Map(), looked: 1 });
    expect(await status('own')).toBe(null);
    expect(await load(wanted, [], signal)).toMatchObject({ isChanged: false, held: new Map() });
    // The run gives up, and wants what was served before.
    expect(await load([row], [], signal)).toMatchObject({ isChanged: true, held: new Map() });
    await expect.poll(() => status('own'), patience).toBe(200);
  });

  test('does not excuse a site that answers worse with it', async () => {
    const row = served(toApp('own'));
    await serve(row);
    const wanted = changed(row, { certificate: await brought(), target: upstreamsAt(1) });
    const outcome = await careful()([wanted], [], signal);
    expect(() => proveServed(outcome, 'own')).toThrow('answered 200 before and 502 after');
    await expect.poll(() => status('own'), patience).toBe(200);
  });
});

test('with two hundred routes only the changed ones and twenty others are visited', async () => {
  const rows = Array.from({ length: 200 }, (_, n) => served(toApp(`n${n}`)));
  await ground.proxy.apply(
    rows.map(({ route }) => ({ route, lastGood: null })),
    {},
    signal,
  );
  await expect.poll(() => status('n199'), patience).toBe(200);
  await expect.poll(() => status('n0'), patience).toBe(200);
  visits.clear();
  const [first, ...others] = rows;
  if (first === undefined) throw new TypeError('there are routes');
  const load = careful();
  const outcome = await load(
    [changed(first, { options: { ...first.route.options, compresses: true } }), ...others],
    [],
    signal,
  );

  expect(outcome).toMatchObject({ isChanged: true, held: new Map() });
  expect(visits.size).toBeLessThanOrEqual(21);
  expect(visits.has('n0.careful.test')).toBe(true);
  visits.clear();
  await load(rows, [], signal);
  // Others than the time before.
  expect(visits.has('n21.careful.test')).toBe(true);
});
