import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type PowerDns, startPowerDns } from '@nebula/testbed';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  caaAllows,
  createResolver,
  findCaa,
  parseNameServer,
  propagationOf,
  type Resolver,
} from '../index.ts';

const zone = 'resolve.example';
let server: PowerDns;
let resolver: Resolver;
const closers: (() => void)[] = [];

beforeAll(async () => {
  server = await startPowerDns();
  await server.addZone(zone, [
    { name: `www.${zone}`, type: 'A', ttl: 120, values: ['192.0.2.1', '192.0.2.2'] },
    { name: `alias.${zone}`, type: 'CNAME', values: [`www.${zone}.`] },
    { name: `long.${zone}`, type: 'TXT', values: [`"${'x'.repeat(250)}" `.repeat(20).trim()] },
    { name: zone, type: 'CAA', values: ['0 issue "letsencrypt.org"', '0 issuewild ";"'] },
  ]);
  resolver = createResolver({ servers: [server.nameServer], authoritativePort: server.port });
});
afterAll(async () => {
  for (const close of closers) close();
  await server[Symbol.asyncDispose]();
});

/** A name server that answers every packet with what `answer` makes of it. */
async function badServer(answer: (question: Buffer) => Buffer[]): Promise<string> {
  const socket = createSocket('udp4');
  socket.on('message', (question, { port, address }) => {
    for (const packet of answer(question)) socket.send(packet, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  closers.push(() => socket.close());
  return `127.0.0.1:${socket.address().port}`;
}

test('values come sorted with their time to live, aliases are followed, what does not fit comes over TCP', async () => {
  expect(await resolver.ask(`WWW.${zone}.`, 'A')).toMatchObject({
    values: ['192.0.2.1', '192.0.2.2'],
    ttl: 120,
  });
  expect(await resolver.ask(`alias.${zone}`, 'A')).toMatchObject({
    values: ['192.0.2.1', '192.0.2.2'],
    aliases: [`alias.${zone}`],
  });
  expect((await resolver.ask(`long.${zone}`, 'TXT')).values).toEqual(['x'.repeat(5000)]);
});

test('what is not there says for how long that is remembered', async () => {
  const answer = await resolver.ask(`nothing.${zone}`, 'A');

  expect(answer).toMatchObject({ code: 'NXDOMAIN', values: [], negativeTtl: 60, soaZone: zone });
});

test('the name servers of a zone are found from any name in it', async () => {
  const { zone: found, servers } = await resolver.authoritative(`deep.below.www.${zone}`);

  expect(found).toBe(zone);
  expect(servers.map(({ name }) => name)).toEqual([`ns1.${zone}`, `ns2.${zone}`]);
});

test('propagation tells of each server what it shows and for how long it will', async () => {
  const silent = await badServer(() => []);
  const mixed = createResolver({ servers: [server.nameServer, silent], authoritativePort: server.port });
  const wanted = { name: `www.${zone}`, type: 'A' as const, values: ['192.0.2.2', '192.0.2.1'] };

  const done = await propagationOf(resolver, wanted);
  const other = await propagationOf(resolver, { ...wanted, values: ['192.0.2.9'] });
  const absent = await propagationOf(resolver, { ...wanted, name: `new.${zone}` });
  const hung = await propagationOf(mixed, wanted, { timeoutMs: 500 });
  const gone = await propagationOf(resolver, { name: `new.${zone}`, type: 'A', values: [] });

  expect(done).toMatchObject({ zone, isEverywhere: true, worstWaitSeconds: 0 });
  expect(other).toMatchObject({ isEverywhereAuthoritative: false, worstWaitSeconds: 120 });
  expect(absent.views.map(({ state, holdsFor }) => `${state} ${holdsFor}`)).toEqual(
    Array(3).fill('absent 60'),
  );
  expect(hung).toMatchObject({ isEverywhereAuthoritative: true, isEverywhere: false });
  expect(hung.views.at(-1)).toMatchObject({ server: silent, state: 'silent' });
  expect(gone.isEverywhere).toBe(true);
});

test('CAA is looked for upwards, and wildcards have a rule of their own', async () => {
  const finding = await findCaa(resolver, `*.a.b.www.${zone}`);

  expect(finding).toMatchObject({ at: zone });
  expect(caaAllows(finding, 'LetsEncrypt.org', false)).toBe(true);
  expect(caaAllows(finding, 'letsencrypt.org', true)).toBe(false);
  expect(caaAllows(finding, 'sectigo.com', false)).toBe(false);
  expect(caaAllows({ at: null, records: [] }, 'sectigo.com', true)).toBe(true);
  const critical = [{ flags: 128, tag: 'unheard', value: '' }];
  expect(caaAllows({ at: zone, records: critical }, 'letsencrypt.org', false)).toBe(false);
});

test('forged, cut and foreign packets are waited past until the time is up', async () => {
  const forged = await badServer((question) => {
    const other = Buffer.from(question);
    other.writeUInt16BE((question.readUInt16BE(0) + 1) % 65_536, 0);
    other.writeUInt16BE(0x8180, 2);
    return [other, question.subarray(0, 7), Buffer.from('nonsense')];
  });
  const at = parseNameServer(forged);
  if (at === null) throw new Error('expected an address');

  await expect(resolver.askAt(at, `www.${zone}`, 'A', { timeoutMs: 400 })).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('within 0.4 s'),
  });
});

test('a resolver that is silent is passed over for the next one', async () => {
  const silent = await badServer(() => []);
  const second = createResolver({ servers: [silent, server.nameServer] });

  expect((await second.ask(`www.${zone}`, 'A', { timeoutMs: 300 })).values).toHaveLength(2);
});
