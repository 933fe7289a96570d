import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DriverError } from '@nebula/errors';
import { afterEach, expect, test } from 'vitest';
import { createOutbound, definePurpose } from './index.ts';

const purpose = definePurpose({ name: 'a test', reach: 'machine', allowsPlain: true });
const lookup = async (name: string) => [{ address: addresses[name] ?? '127.0.0.1', family: 4 }];
const addresses: Record<string, string> = { 'public.example': '1.1.1.1', 'nas.example': '192.168.1.9' };
const outbound = createOutbound({ lookup });
afterEach(() => void closers.splice(0).map((close) => close()));
const closers: (() => void)[] = [];

/** Serves on a port of loopback; the name in the answered address resolves to it. */
async function serve(listener: RequestListener, name = 'here.example'): Promise<string> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return `http://${name}:${port}`;
}

const refusal = (kind: string, words: RegExp) =>
  expect.objectContaining({ name: 'DriverError', kind, message: expect.stringMatching(words) });

test('an answer comes whole, with its status, headers and where it came from', async () => {
  const origin = await serve((request, response) => {
    response.writeHead(418, { 'x-host': request.headers.host ?? '' });
    request.pipe(response);
  });
  const reply = await outbound.fetch(purpose, `${origin}/tea?a=b`, { method: 'POST', body: 'leaves' });
  expect(reply).toMatchObject({ status: 418, headers: { 'x-host': new URL(origin).host } });
  expect(reply.body.toString()).toBe('leaves');
  expect(reply.url.href).toBe(`${origin}/tea?a=b`);
});

test('a name is refused when even one of its addresses is out of reach', async () => {
  const both = createOutbound({
    lookup: async () => [
      { address: '1.1.1.1', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ],
  });
  const strict = definePurpose({ name: 'updates', reach: 'public' });
  await expect(both.fetch(strict, 'https://two.example')).rejects.toEqual(
    refusal('rejected', /two.example is at 127.0.0.1, which updates may not reach/),
  );
  await expect(outbound.fetch(strict, 'https://nas.example')).rejects.toEqual(
    refusal('rejected', /192.168.1.9/),
  );
});

test.each(['http://2130706433/', 'http://0x7f.1/', 'http://[::ffff:127.0.0.1]/', 'http://127.1/'])(
  '%s is this machine, however it is spelled',
  async (url) => {
    const home = definePurpose({ name: 'a NAS', reach: 'home', allowsPlain: true });
    await expect(outbound.fetch(home, url)).rejects.toEqual(refusal('rejected', /may not reach/));
  },
);

test('nothing reaches where clouds keep their metadata', async () => {
  await expect(outbound.fetch(purpose, 'http://169.254.169.254/latest')).rejects.toEqual(
    refusal('rejected', /may not reach/),
  );
});

test('the connection goes to the address that was judged, whatever the name says later', async () => {
  let asked = 0;
  const changing = createOutbound({
    lookup: async () => {
      asked += 1;
      return [{ address: asked === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }];
    },
  });
  const origin = await serve((_request, response) => response.end('here'), 'rebind.example');
  expect((await changing.fetch(purpose, origin)).body.toString()).toBe('here');
  expect(asked).toBe(1);
});

test('a redirect is judged again', async () => {
  const origin = await serve((_request, response) => {
    response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
  });
  await expect(outbound.fetch(purpose, origin)).rejects.toEqual(refusal('rejected', /may not reach/));
});

test('credentials stay at their origin when a redirect leads away', async () => {
  const seen: (string | undefined)[] = [];
  const other = await serve((request, response) => {
    seen.push(request.headers.authorization, request.headers.accept);
    response.end();
  }, 'other.example');
  const origin = await serve((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(307, { location: other }).end();
  });
  await outbound.fetch(purpose, origin, { headers: { Authorization: 'Bearer x', accept: 'a/b' } });
  expect(seen).toEqual(['Bearer x', undefined, 'a/b']);
});

test('a see-other after a change is read, and the body is not sent again', async () => {
  const origin = await serve((request, response) => {
    if (request.method === 'POST') response.writeHead(303, { location: '/made' }).end();
    else response.end(`${request.method} ${request.url} ${request.headers['content-length'] ?? 'none'}`);
  });
  const reply = await outbound.fetch(purpose, origin, { method: 'POST', body: 'x' });
  expect(reply.body.toString()).toBe('GET /made none');
});

test('a circle of redirects ends', async () => {
  const origin = await serve((_request, response) => response.writeHead(302, { location: '/' }).end());
  await expect(outbound.fetch(purpose, origin)).rejects.toEqual(refusal('rejected', /more than 3 times/));
});

test.each([
  ['ftp://here.example/', /ftp:\/\/ is not allowed/],
  ['file:///etc/passwd', /file:\/\/ is not allowed/],
  ['http://user:word@here.example/', /user name or password/],
  ['no address', /not an address/],
])('%s is refused', async (url, words) => {
  await expect(outbound.fetch(purpose, url)).rejects.toEqual(refusal('rejected', words));
});

test('plain HTTP needs a purpose that allows it', async () => {
  const strict = definePurpose({ name: 'tokens', reach: 'machine' });
  await expect(outbound.fetch(strict, 'http://here.example')).rejects.toEqual(
    refusal('rejected', /http:\/\/ is not allowed for tokens/),
  );
});

test('an answer that is too large is not read to its end', async () => {
  const origin = await serve((_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', more);
    more();
  });
  await expect(outbound.fetch({ ...purpose, maxBytes: 1000 }, origin)).rejects.toEqual(
    refusal('rejected', /more than 1000 bytes/),
  );
});

test('an answer that does not come, stops in the middle, or has no server is unavailable', async () => {
  const short = { ...purpose, timeoutMs: 300 };
  const silent = await serve(() => undefined);
  await expect(outbound.fetch(short, silent)).rejects.toEqual(refusal('unavailable', /within 0.3 s/));
  const stuck = await serve((_request, response) => void response.write('half'));
  await expect(outbound.fetch(short, stuck)).rejects.toEqual(refusal('unavailable', /within 0.3 s/));
  await expect(outbound.fetch(purpose, 'http://127.0.0.1:1')).rejects.toEqual(
    refusal('unavailable', /ECONNREFUSED/),
  );
  const lost = createOutbound({ lookup: () => new Promise(() => undefined) });
  await expect(lost.fetch(short, 'http://slow.example')).rejects.toEqual(
    refusal('unavailable', /within 0.3 s/),
  );
});

test("the caller's own signal ends a call with the caller's reason", async () => {
  const origin = await serve(() => undefined);
  const stop = new AbortController();
  const call = outbound.fetch(purpose, origin, { signal: stop.signal });
  stop.abort(new Error('the page was closed'));
  await expect(call).rejects.toSatisfy((error: unknown) => !(error instanceof DriverError));
});

test('a call that fails says how far it got', async () => {
  const lost = createOutbound({ lookup: () => Promise.reject(new Error('ENOTFOUND')) });
  const plain = await serve((_request, response) => response.end());
  const silent = await serve(() => undefined);
  const layer = (name: string) => expect.objectContaining({ kind: 'unavailable', layer: name });

  await expect(lost.fetch(purpose, 'http://gone.example')).rejects.toEqual(layer('name'));
  await expect(outbound.fetch(purpose, 'http://127.0.0.1:1')).rejects.toEqual(layer('connect'));
  await expect(outbound.fetch(purpose, plain.replace('http:', 'https:'))).rejects.toEqual(layer('tls'));
  await expect(outbound.fetch({ ...purpose, timeoutMs: 300 }, silent)).rejects.toEqual(layer('answer'));
});

test('a redirect is an answer for who asks for it, and each cookie comes by itself', async () => {
  const origin = await serve((_request, response) => {
    response.writeHead(302, { location: '/next', 'set-cookie': ['a=1; Path=/', 'b=2, 3'] }).end();
  });

  const reply = await outbound.fetch(purpose, origin, { keepsRedirects: true });

  expect([reply.status, reply.headers['location']]).toEqual([302, '/next']);
  expect(reply.cookies).toEqual(['a=1; Path=/', 'b=2, 3']);
});
