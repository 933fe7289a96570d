import { selfSigned } from '@nebula/testbed';
import { expect, test } from 'vitest';
import type { Changes, Proxy, Route, RouteCertificate, RouteTarget } from './index.ts';
import { plainOptions } from './route.ts';

/** A proxy under test that serves nothing of ours yet. */
export interface Subject {
  proxy: Proxy;
  /** What a visitor of a name gets. */
  visit(host: string, path?: string): Promise<{ status: number; body: string; location: string | null }>;
  /** A route that the proxy itself refuses, though nothing is wrong with it by itself. */
  refusable(id: string, host: string): Route;
}

/** A route that answers with a text. */
export function answering(id: string, host: string, body: string): Route {
  return routeTo(id, host, { kind: 'answer', status: 200, body });
}

/** A route with nothing special. */
export function routeTo(id: string, host: string, target: RouteTarget): Route {
  const certificate = { kind: 'automatic' as const, issuers: [{ kind: 'internal' as const }] };
  return { id, hosts: [host], target, options: plainOptions, certificate };
}

const first = (route: Route) => ({ route, lastGood: null });

/** What every driver of the port must do. */
export function proxyConformance(open: () => Promise<Subject>): void {
  const signal = AbortSignal.timeout(600_000);

  test('serves what it was given, and nothing else of ours', async () => {
    const { proxy, visit } = await open();
    const one = answering('one', 'one.proxy.test', 'first');
    const two = answering('two', 'two.proxy.test', 'second');
    expect(await proxy.apply([first(one), first(two)], {}, signal)).toMatchObject({
      isChanged: true,
      refused: [],
    });
    await expect.poll(() => visit('one.proxy.test'), patience).toMatchObject({ status: 200, body: 'first' });
    await expect.poll(() => visit('two.proxy.test'), patience).toMatchObject({ body: 'second' });
    expect((await proxy.state(signal)).ours.toSorted()).toEqual(['one', 'two']);

    expect(await proxy.apply([first(two)], {}, signal)).toMatchObject({ isChanged: true });
    await expect.poll(() => visit('one.proxy.test').catch(() => 'gone'), patience).toBe('gone');
    expect(await visit('two.proxy.test')).toMatchObject({ body: 'second' });
  });

  test('changes nothing when it serves all of it already', async () => {
    const { proxy } = await open();
    const wanted = [first(answering('one', 'one.proxy.test', 'first'))];
    await proxy.apply(wanted, {}, signal);
    const { version } = await proxy.state(signal);
    expect(await proxy.apply(wanted, {}, signal)).toEqual({ isChanged: false, refused: [], before: null });
    expect((await proxy.state(signal)).version).toBe(version);
  });

  test('takes away exactly the route that is to go, also when another name ends in its name', async () => {
    const { proxy, visit } = await open();
    const apex = answering('apex', 'rig.proxy.test', 'apex');
    const bot = answering('bot', 'bot.rig.proxy.test', 'bot');
    await proxy.apply([first(apex), first(bot)], {}, signal);
    await proxy.apply([first(bot)], {}, signal);
    await expect.poll(() => visit('bot.rig.proxy.test'), patience).toMatchObject({ body: 'bot' });
    expect((await proxy.state(signal)).ours).toEqual(['bot']);
  });

  test('serves a refused route as it last was or as it runs, and the others as wanted', async () => {
    const { proxy, visit, refusable } = await open();
    const good = answering('one', 'one.proxy.test', 'as it was');
    const runs = answering('four', 'four.proxy.test', 'as it runs');
    await proxy.apply([first(good), first(runs)], {}, signal);
    const broken = refusable('one', 'one.proxy.test');
    const fresh = refusable('two', 'two.proxy.test');
    const other = answering('three', 'three.proxy.test', 'new');
    const applied = await proxy.apply(
      [
        { route: broken, lastGood: good },
        first(fresh),
        first(other),
        first(refusable('four', 'four.proxy.test')),
      ],
      {},
      signal,
    );
    expect(applied.refused.map(({ id }) => id).toSorted()).toEqual(['four', 'one', 'two']);
    expect(applied.refused.every(({ reason }) => reason.length > 10)).toBe(true);
    await expect.poll(() => visit('three.proxy.test'), patience).toMatchObject({ body: 'new' });
    expect(await visit('one.proxy.test')).toMatchObject({ body: 'as it was' });
    // Nothing of it was ever proven, but it is there.
    expect(await visit('four.proxy.test')).toMatchObject({ body: 'as it runs' });
    expect((await proxy.state(signal)).ours.toSorted()).toEqual(['four', 'one', 'three']);
  });

  test('refuses a route that is wrong by itself without asking anybody', async () => {
    const { proxy } = await open();
    const wrong = answering('wrong', 'not a name', 'x');
    const { version } = await proxy.state(signal);
    expect(await proxy.apply([first(wrong)], {}, signal)).toMatchObject({
      isChanged: false,
      refused: [{ id: 'wrong' }],
    });
    expect((await proxy.state(signal)).version).toBe(version);
  });

  test('says before a load which routes it changes, and gives what it replaced', async () => {
    const { proxy, visit } = await open();
    const kept = answering('kept', 'kept.proxy.test', 'kept');
    const changed = answering('changed', 'changed.proxy.test', 'before');
    await proxy.apply(
      [first(kept), first(changed), first(answering('gone', 'gone.proxy.test', 'x'))],
      {},
      signal,
    );
    const told: string[][] = [];
    const beforeLoad = async (changes: Changes) => void told.push([...changes.changed].toSorted());
    const wanted = [
      first(kept),
      first({ ...changed, target: { kind: 'answer', status: 200, body: 'after' } }),
      first(answering('new', 'new.proxy.test', 'new')),
    ];
    const { before } = await proxy.apply(wanted, { beforeLoad }, signal);
    await proxy.apply(wanted, { beforeLoad }, signal);
    expect(told).toEqual([['changed', 'gone', 'new']]);
    expect(before).not.toBeNull();
    if (before !== null) await proxy.restore(before, signal);
    await expect.poll(() => visit('changed.proxy.test'), patience).toMatchObject({ body: 'before' });
    expect((await proxy.state(signal)).ours.toSorted()).toEqual(['changed', 'gone', 'kept']);
  });

  test('says that a load changes a route of which only the certificate or what it answers becomes another', async () => {
    const { proxy } = await open();
    const one = answering('one', 'one.proxy.test', 'x');
    const other = first(answering('other', 'other.proxy.test', 'x'));
    await proxy.apply([first(one), other], {}, signal);
    let told: Changes[] = [];
    const beforeLoad = async (changes: Changes) => void told.push(changes);
    const load = async (route: Route, renewNow: string[] = []) => {
      told = [];
      await proxy.apply([first(route), other], { beforeLoad, renewNow }, signal);
      return told;
    };
    const certificate = [{ changed: ['one'], certificates: ['one'], refused: [] }];
    const own = { ...one, certificate: await ownCertificate('one.proxy.test') };
    expect(await load(own)).toEqual(certificate);
    expect(await load({ ...one, certificate: await ownCertificate('one.proxy.test') })).toEqual(certificate);
    expect(await load(one)).toEqual(certificate);
    const answers = [{ path: '/.well-known/acme-challenge/a', body: 'b' }];
    expect(await load({ ...one, answers })).toEqual([{ changed: ['one'], certificates: [], refused: [] }]);
    const target = { kind: 'answer' as const, status: 200, body: 'y' };
    expect(await load({ ...one, target })).toEqual([{ changed: ['one'], certificates: [], refused: [] }]);
    expect(await load({ ...one, target }, one.hosts)).toEqual(certificate);
  });

  test('leaves a route as it runs that cannot be given to it, and serves the others as wanted', async () => {
    const { proxy, visit } = await open();
    const one = answering('one', 'one.proxy.test', 'as it runs');
    const two = answering('two', 'two.proxy.test', 'before');
    const own = { ...one, certificate: await ownCertificate('one.proxy.test') };
    await proxy.apply([first(own), first(two)], {}, signal);
    const after = answering('two', 'two.proxy.test', 'after');
    const wanted = [
      { route: answering('one', 'one.proxy.test', 'wanted'), lastGood: null, problem: 'The key is lost.' },
      { route: answering('new', 'new.proxy.test', 'wanted'), lastGood: null, problem: 'So is this one.' },
      first(after),
    ];
    expect(await proxy.apply(wanted, {}, signal)).toMatchObject({
      isChanged: true,
      refused: [
        { id: 'one', reason: 'The key is lost.' },
        { id: 'new', reason: 'So is this one.' },
      ],
    });
    await expect.poll(() => visit('two.proxy.test'), patience).toMatchObject({ body: 'after' });
    expect(await visit('one.proxy.test')).toMatchObject({ body: 'as it runs' });
    expect((await proxy.state(signal)).ours.toSorted()).toEqual(['one', 'two']);
    // What was there already is there still, certificate and all.
    expect(await proxy.apply([first(own), first(after)], {}, signal)).toMatchObject({ isChanged: false });

    // Another certificate can be proven meanwhile.
    const answers = [{ path: '/.well-known/acme-challenge/a', body: 'b' }];
    const proving = { route: { ...one, answers }, lastGood: null, problem: 'The key is lost.' };
    const told: Changes[] = [];
    const beforeLoad = async (changes: Changes) => void told.push(changes);
    await proxy.apply([proving, first(after)], { beforeLoad }, signal);
    expect(told).toEqual([{ changed: ['one'], certificates: [], refused: ['one'] }]);
    const proven = first({ ...own, answers });
    expect(await proxy.apply([proven, first(after)], {}, signal)).toMatchObject({ isChanged: false });
  });

  test('goes back to a backup as a whole', async () => {
    const { proxy, visit } = await open();
    const before = answering('one', 'one.proxy.test', 'before');
    await proxy.apply([first(before)], {}, signal);
    const backup = await proxy.backup(signal);
    await proxy.apply([first(answering('one', 'one.proxy.test', 'after'))], {}, signal);
    await expect.poll(() => visit('one.proxy.test'), patience).toMatchObject({ body: 'after' });
    await proxy.restore(backup, signal);
    await expect.poll(() => visit('one.proxy.test'), patience).toMatchObject({ body: 'before' });
  });

  test('sends visitors elsewhere with the path they came by', async () => {
    const { proxy, visit } = await open();
    const target = { kind: 'redirect', to: 'https://elsewhere.test', keepsPath: true, status: 301 } as const;
    await proxy.apply([first(routeTo('www', 'www.proxy.test', target))], {}, signal);
    await expect
      .poll(() => visit('www.proxy.test', '/a?b=c'), patience)
      .toMatchObject({ status: 301, location: 'https://elsewhere.test/a?b=c' });
  });
}

async function ownCertificate(name: string): Promise<RouteCertificate> {
  const { chain, privateKey } = await selfSigned([name]);
  return { kind: 'own', certificatePem: chain, keyPem: privateKey };
}

const patience = { timeout: 30_000, interval: 100 };
