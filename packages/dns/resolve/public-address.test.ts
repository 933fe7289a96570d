import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOutbound } from '@nebula/outbound';
import { afterAll, expect, test } from 'vitest';
import { addressKind, findPublicAddress, onlyAddress, registrableDomain } from '../index.ts';

const closers: (() => void)[] = [];
afterAll(() => closers.forEach((close) => close()));

/** A source on loopback that says this; null hangs. */
async function source(
  says: string | null,
  status = 200,
  family: 4 | 6 = 4,
): Promise<{ url: string; family: 4 | 6 }> {
  const server = createServer((_request, response) => {
    if (says !== null) response.writeHead(status).end(says);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, family };
}

async function found(...says: (string | [string, number])[]) {
  const sources = await Promise.all(
    says.map((one) => (typeof one === 'string' ? source(one) : source(...one))),
  );
  return await findPublicAddress(4, { outbound: createOutbound(), sources });
}

test('two of three agree, whatever the third says', async () => {
  expect(await found('1.2.3.4\n', '<p>IP: 1.2.3.4</p>', '9.9.9.9')).toMatchObject({
    state: 'agreed',
    address: '1.2.3.4',
  });
  expect(await found('1.2.3.4', '1.2.3.4', ['down', 500])).toMatchObject({
    state: 'agreed',
    answers: [{}, {}, { address: null, problem: expect.any(String) }],
  });
});

test('without two that agree nothing is believed, unless there is only one to ask', async () => {
  expect(await found('1.2.3.4', '5.6.7.8', '9.9.9.9')).toMatchObject({ state: 'disagreed', address: null });
  expect(await found('1.2.3.4', ['x', 500], ['x', 404])).toMatchObject({
    state: 'disagreed',
    answers: [{}, { address: null, problem: expect.stringContaining('answered 500') }, {}],
  });
  expect(await found(['x', 500], 'no address')).toMatchObject({ state: 'unreachable' });
  expect(await found('1.2.3.4')).toMatchObject({ state: 'agreed' });
});

test('an address behind the carrier, at home or of this machine is told as what it is', async () => {
  expect(await found('100.72.1.9', '100.72.1.9')).toMatchObject({
    state: 'not-public',
    kind: 'carrier-grade-nat',
  });
  expect(await found('192.168.1.2', '192.168.1.2')).toMatchObject({ state: 'not-public', kind: 'private' });
});

test('a source that hangs is waited for no longer than its caller', async () => {
  const sources = [await source(null)];
  const signal = AbortSignal.timeout(200);

  await expect(findPublicAddress(4, { outbound: createOutbound(), sources, signal })).rejects.toThrow();
});

test('one source that lies changes nothing, and all that disagree are told with what each said', async () => {
  expect(await found('6.6.6.6', '1.2.3.4', '1.2.3.4')).toMatchObject({ state: 'agreed', address: '1.2.3.4' });
  const { answers, state } = await found('1.2.3.4', '5.6.7.8', '9.9.9.9');
  expect(state).toBe('disagreed');
  expect(answers.map(({ address }) => address)).toEqual(['1.2.3.4', '5.6.7.8', '9.9.9.9']);
});

test('a source that hangs is not waited for once two agree, and named as such', async () => {
  const sources = [await source(null), await source('1.2.3.4'), await source('1.2.3.4')];
  const { state, address, answers } = await findPublicAddress(4, { outbound: createOutbound(), sources });

  expect({ state, address }).toEqual({ state: 'agreed', address: '1.2.3.4' });
  expect(answers[0]).toMatchObject({ address: null, problem: expect.stringContaining('not waited for') });
});

test('two that agree are not believed while two others could outvote them', async () => {
  expect(await found('1.2.3.4', '1.2.3.4', '5.6.7.8', '5.6.7.8')).toMatchObject({ state: 'disagreed' });
});

test('a home with IPv6 alone has that address, and no IPv4', async () => {
  const six = await Promise.all(
    ['2606:4700::9', '2606:4700:0::9', 'down'].map((says) => source(says, says === 'down' ? 500 : 200, 6)),
  );
  const four = await Promise.all([source('x', 503), source('x', 503), source('x', 503)]);
  const parts = { outbound: createOutbound(), sources: [...six, ...four] };

  expect(await findPublicAddress(6, parts)).toMatchObject({ state: 'agreed', address: '2606:4700::9' });
  expect(await findPublicAddress(4, parts)).toMatchObject({ state: 'unreachable', address: null });
});

test.each([
  ['100.63.255.255', 'public'],
  ['100.64.0.1', 'carrier-grade-nat'],
  ['100.127.255.255', 'carrier-grade-nat'],
  ['100.128.0.1', 'public'],
  ['10.0.0.1', 'private'],
  ['fd00::1', 'private'],
  ['127.0.0.1', 'this-machine'],
  ['169.254.1.1', 'unusable'],
  ['2606:4700:4700::1111', 'public'],
])('%s is %s', (address, kind) => {
  expect(addressKind(address)).toBe(kind);
});

test('a text with no address or with two has none', () => {
  expect(onlyAddress('your IP is 1.2.3.4.', 4)).toBe('1.2.3.4');
  expect(onlyAddress('{"ip":"1.2.3.4"}', 4)).toBe('1.2.3.4');
  expect(onlyAddress('1.2.3.4 via 5.6.7.8', 4)).toBe(null);
  expect(onlyAddress('2606:4700:4700:0::1111', 6)).toBe('2606:4700:4700::1111');
  expect(onlyAddress('1.2.3.4', 6)).toBe(null);
});

test.each([
  ['a.b.example.co.uk', 'example.co.uk'],
  ['*.example.com', 'example.com'],
  ['co.uk', null],
  ['me.duckdns.org', 'me.duckdns.org'],
  ['_acme-challenge.www.evindrake.net', 'evindrake.net'],
])('the domain to register above %s is %s', async (name, domain) => {
  expect(await registrableDomain(name)).toBe(domain);
});
