import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { hostCall } from '@nebula/broker';
import { startBroker } from '@nebula/broker/testing';
import { selfSigned, startCaddy, type TestCaddy } from '@nebula/testbed';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answering, proxyConformance, routeTo } from './conformance.ts';
import { homelabCaddyfile, homelabHosts } from './fixtures/homelab.ts';
import { openCaddy, type Proxy, type ProxyAdmin } from './index.ts';
import { type Issuer, plainOptions, type Route } from './route.ts';

const signal = AbortSignal.timeout(600_000);
const stack = new AsyncDisposableStack();
let caddy: TestCaddy;
let admin: ProxyAdmin;
let proxy: Proxy;

beforeAll(async () => {
  const dir = mkdtempSync('/tmp/nebula-proxy-');
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  caddy = stack.use(await startCaddy());
  const broker = stack.use(
    await startBroker(
      {
        socketDir: dir,
        engine: join(dir, 'no-engine.sock'),
        appRoots: [],
        clientGid: undefined,
        grantKey: undefined,
        units: [],
        caddyAdmin: caddy.adminSocket,
        siteRoots: [join(dir, 'sites')],
      },
      () => new Date(),
      () => undefined,
    ),
  );
  const { hostSocket } = broker;
  admin = {
    read: (abort) => hostCall(hostSocket, 'proxy-read', {}, { signal: abort }),
    write: (config, etag, abort) => hostCall(hostSocket, 'proxy-write', { config, etag }, { signal: abort }),
    adapt: (caddyfile, abort) => hostCall(hostSocket, 'proxy-adapt', { caddyfile }, { signal: abort }),
    upstreams: (abort) => hostCall(hostSocket, 'proxy-upstreams', {}, { signal: abort }),
  };
  proxy = openCaddy(admin);
});
afterAll(() => stack.disposeAsync());
beforeEach(async () => {
  await proxy.apply([], {}, signal);
});

function visit(host: string, path = '/', headers: Record<string, string> = {}) {
  return new Promise<{ status: number; body: string; location: string | null; headers: unknown }>(
    (resolve, reject) => {
      const asked = request(
        {
          ...{
            host: '127.0.0.1',
            port: caddy.httpsPort,
            path,
            servername: host,
            agent: false,
            timeout: 20_000,
          },
          headers: { host, ...headers },
          rejectUnauthorized: false,
        },
        (answer) => {
          let body = '';
          answer.setEncoding('utf8').on('data', (part: string) => (body += part));
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 0,
              body,
              location: answer.headers.location ?? null,
              headers: answer.headers,
            }),
          );
        },
      );
      asked.on('error', reject).on('timeout', () => asked.destroy(new Error('no answer')));
      asked.end();
    },
  );
}

const patience = { timeout: 30_000, interval: 100 };
const withOptions = (route: Route, options: Partial<Route['options']>): Route => ({
  ...route,
  options: { ...route.options, ...options },
});
const first = (route: Route) => ({ route, lastGood: null });

describe('a real Caddy behind the broker', () => {
  proxyConformance(async () => ({
    proxy,
    visit,
    refusable: (id, host) =>
      // The broker lets it pass; Caddy finds that a compiled matcher is wrong.
      withOptions(answering(id, host, 'broken'), {
        extra: [{ match: [{ remote_ip: { ranges: ['1.2.3.4/99'] } }], handle: [] }],
      }),
  }));

  test('answers by a wildcard only what no whole name answers, also for names of others', async () => {
    const wide = answering('wide', '*.wild.proxy.test', 'wild');
    const exact = answering('exact', 'a.wild.proxy.test', 'exact');
    await proxy.apply([first(wide), first(exact)], {}, signal);
    await expect.poll(() => visit('a.wild.proxy.test'), patience).toMatchObject({ body: 'exact' });
    await expect.poll(() => visit('b.wild.proxy.test'), patience).toMatchObject({ body: 'wild' });
  });

  test('leaves every whole name its authority beside a wildcard that has another', async () => {
    const other = {
      kind: 'acme',
      directory: 'https://127.0.0.1:1/dir',
      email: null,
      rootFile: null,
      account: null,
    } as const;
    const by = (route: Route, ...issuers: Issuer[]): Route => ({
      ...route,
      certificate: { kind: 'automatic', issuers },
    });
    await proxy.apply(
      [
        first(by(answering('wide', '*.aside.proxy.test', 'wild'), { kind: 'internal' })),
        first(by(answering('exact', 'a.aside.proxy.test', 'exact'), other)),
        first(by(answering('left', 'b.aside.proxy.test', 'left to the proxy'))),
        first(by(answering('far', 'far.b.aside.proxy.test', 'not below it'))),
      ],
      {},
      signal,
    );
    const policies = JSON.parse(await caddy.admin('GET', '/config/apps/tls/automation/policies')) as {
      subjects?: string[];
      issuers?: { module: string }[];
    }[];
    // Caddy takes the first that fits.
    expect(policies.map(({ subjects, issuers }) => [subjects, issuers?.map(({ module }) => module)])).toEqual(
      [
        [['a.aside.proxy.test'], ['acme']],
        [['b.aside.proxy.test'], undefined],
        [['*.aside.proxy.test'], ['internal']],
      ],
    );
    await proxy.apply([first(by(answering('exact', 'a.aside.proxy.test', 'exact'), other))], {}, signal);
    expect(await caddy.admin('GET', '/config/apps/tls')).not.toContain('b.aside.proxy.test');
  });

  test('does on the way what the options say', async () => {
    const route = withOptions(answering('opt', 'opt.proxy.test', 'x'.repeat(2000)), {
      compresses: true,
      responseHeaders: [
        { name: 'Strict-Transport-Security', value: 'max-age=31536000' },
        { name: 'Server', value: null },
      ],
      redirects: [{ from: '/old', to: '/new', status: 302 }],
      accounts: [
        // "hiccup", the example of Caddy's documentation
        { username: 'bob', passwordHash: '$2a$14$Zkx19XLiW6VYouLHR5NmfOFU0z2GTNmpkT/5qqR7hx4IjWJPDhjvG' },
      ],
      snippet: '@robots path /robots.txt\nrespond @robots "none of it"',
    });
    expect(await proxy.apply([first(route)], {}, signal)).toMatchObject({ refused: [] });
    await expect.poll(() => visit('opt.proxy.test'), patience).toMatchObject({ status: 401 });
    const authorization = `Basic ${Buffer.from('bob:hiccup').toString('base64')}`;
    const answer = await visit('opt.proxy.test', '/', { authorization, 'accept-encoding': 'gzip' });
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-encoding': 'gzip', 'strict-transport-security': 'max-age=31536000' },
    });
    expect(answer.headers).not.toHaveProperty('server');
    expect(await visit('opt.proxy.test', '/old')).toMatchObject({ status: 302, location: '/new' });
    expect(await visit('opt.proxy.test', '/robots.txt', { authorization })).toMatchObject({
      body: 'none of it',
    });
  });

  test.each([
    ['an unknown directive', 'nonsense'],
    ['another site', '}\nevil.test {\nrespond x'],
    ['its own certificate', 'tls /a.pem /b.pem'],
    ['a log file', 'log {\noutput file /tmp/x\n}'],
    ['an import', 'import /etc/passwd'],
  ])('says what is wrong with a snippet that has %s', async (_what, snippet) => {
    expect(await proxy.checkSnippet(snippet, signal)).toEqual(expect.any(String));
    const broken = withOptions(answering('s', 's.proxy.test', 'x'), { snippet });
    expect(await proxy.apply([first(broken)], {}, signal)).toMatchObject({
      isChanged: false,
      refused: [{ id: 's' }],
    });
  });

  test('serves on when the broker is gone, and resumes by itself after the machine was restarted', async () => {
    await proxy.apply([first(answering('stay', 'stay.proxy.test', 'still here'))], {}, signal);
    await expect.poll(() => visit('stay.proxy.test'), patience).toMatchObject({ body: 'still here' });
    await caddy.stop();
    await caddy.start();
    await expect.poll(() => visit('stay.proxy.test'), patience).toMatchObject({ body: 'still here' });
  });

  test('takes up the changes that somebody else makes at the same time', async () => {
    const foreign = {
      match: [{ host: ['foreign.proxy.test'] }],
      handle: [{ handler: 'static_response', body: 'theirs' }],
    };
    await proxy.apply([first(answering('one', 'one.proxy.test', 'ours'))], {}, signal);
    await caddy.admin('POST', '/config/apps/http/servers/nebula/routes', JSON.stringify(foreign));
    let isFirst = true;
    const slow = openCaddy({
      ...admin,
      async write(config, etag, abort) {
        if (isFirst) {
          isFirst = false;
          await caddy.admin(
            'POST',
            '/config/apps/http/servers/nebula/routes',
            JSON.stringify({ ...foreign, terminal: true }),
          );
        }
        return await admin.write(config, etag, abort);
      },
    });
    expect(
      await slow.apply([first(answering('one', 'one.proxy.test', 'changed'))], {}, signal),
    ).toMatchObject({ isChanged: true });
    expect((await proxy.state(signal)).foreign).toHaveLength(2);
    await proxy.apply([], {}, signal);
    expect(await proxy.state(signal)).toMatchObject({
      ours: [],
      foreign: [{ hosts: ['foreign.proxy.test'] }, { hosts: ['foreign.proxy.test'] }],
    });
  });

  test('reads the sites of a Caddyfile, and serves them the same', async () => {
    const sites = await proxy.readCaddyfile(homelabCaddyfile, signal);
    expect(sites.map(({ kind, hosts }) => `${kind} ${hosts.join(' ')}`).toSorted()).toEqual(
      ['left ', ...homelabHosts.map((host) => `route ${host}`)].toSorted(),
    );
    expect(sites[0]).toMatchObject({ kind: 'left', why: 'global', detail: 'email' });
    const bot = sites.find(({ hosts }) => hosts.includes('bot.rig-city.test'));
    expect(bot).toMatchObject({
      comment: 'the ticket bot',
      target: { kind: 'upstreams', upstreams: [{ host: 'discord-bot', port: 5000, isTls: false }] },
      options: { requestHeaders: [{ name: 'X-Forwarded-Proto', value: '{http.request.scheme}' }] },
    });
    expect(sites.find(({ hosts }) => hosts.includes('code.evindrake.test'))).toMatchObject({
      target: { upstreams: [{ host: 'code-server', port: 8080 }] },
      options: {
        streams: true,
        readTimeoutSeconds: 3600,
        writeTimeoutSeconds: 3600,
        responseHeaders: [
          { name: 'Strict-Transport-Security', value: 'max-age=31536000;' },
          { name: 'X-Content-Type-Options', value: 'nosniff' },
          { name: 'Server', value: null },
        ],
      },
    });
    const routes = sites.flatMap((site, index) =>
      site.kind === 'route'
        ? [
            {
              ...routeTo(`site-${index}`, site.hosts[0] ?? '', site.target),
              hosts: site.hosts,
              options: site.options,
            },
          ]
        : [],
    );
    expect(await proxy.apply(routes.map(first), {}, signal)).toMatchObject({ isChanged: true, refused: [] });
    await expect
      .poll(() => visit('www.rig-city.test', '/a'), patience)
      .toMatchObject({ status: 301, location: 'https://rig-city.test/a' });
    await expect
      .poll(() => visit('game.evindrake.test'), patience)
      .toMatchObject({ status: 302, location: '/game-connect' });
  });

  test('keeps as a snippet what has no typed form, and says what no route can have', async () => {
    const sites = await proxy.readCaddyfile(
      `
(guard) {
	# only from home
	@away not remote_ip 192.168.0.0/16
	respond @away "not here" 403
}
guarded.proxy.test {
	import guard
	log {
		output file /var/log/x.log
	}
	# the small one
	rewrite /old/* /new{uri}
	encode gzip
	reverse_proxy 127.0.0.1:9001
}
http://plain.proxy.test {
	reverse_proxy 127.0.0.1:9002
}
odd.proxy.test:8443 {
	reverse_proxy 127.0.0.1:9003
}
php.proxy.test {
	root * /srv
	php_fastcgi 127.0.0.1:9004
	file_server
}
checked.proxy.test {
	reverse_proxy 127.0.0.1:9005 {
		health_uri /ping
	}
}
`,
      signal,
    );
    const site = (host: string) => sites.find(({ hosts }) => hosts.includes(host));
    expect(site('guarded.proxy.test')).toMatchObject({
      kind: 'route',
      line: 7,
      comment: 'the small one',
      lost: ['log'],
      kept: ['respond', 'rewrite'],
      options: { compresses: true, extra: [], snippet: expect.stringContaining('@away not remote_ip') },
    });
    expect(site('plain.proxy.test')).toMatchObject({ kind: 'route', isHttpOnly: true });
    expect(site('odd.proxy.test')).toMatchObject({ kind: 'left', why: 'other-port' });
    expect(site('php.proxy.test')).toMatchObject({ kind: 'left', why: 'nowhere' });
    expect(site('checked.proxy.test')).toMatchObject({
      kind: 'left',
      why: 'nowhere',
      detail: 'reverse_proxy health_checks',
    });
  });

  test('says in which line a Caddyfile is wrong', async () => {
    await expect(proxy.readCaddyfile('a.test {\n\tnonsense\n}', signal)).rejects.toThrow(/:2/);
  });

  test('finds the route whose new certificate is refused, and serves what changed with it', async () => {
    const [one, two] = [
      answering('one', 'one.proxy.test', 'x'),
      answering('two', 'two.proxy.test', 'before'),
    ];
    await proxy.apply([first(one), first(two)], {}, signal);
    const [own, other] = await Promise.all([selfSigned(['one.proxy.test']), selfSigned(['one.proxy.test'])]);
    const certificate = {
      ...{ kind: 'own' as const, certificatePem: own.chain },
      // The key of another certificate: only Caddy finds out.
      keyPem: other.privateKey,
    };
    const applied = await proxy.apply(
      [
        { route: { ...one, certificate }, lastGood: one },
        first(answering('two', 'two.proxy.test', 'after')),
        first(answering('new', 'new.proxy.test', 'new')),
      ],
      {},
      signal,
    );
    expect(applied.refused).toEqual([{ id: 'one', reason: expect.stringContaining('private key') }]);
    await expect.poll(() => visit('two.proxy.test'), patience).toMatchObject({ body: 'after' });
    await expect.poll(() => visit('new.proxy.test'), patience).toMatchObject({ body: 'new' });
    expect(await visit('one.proxy.test')).toMatchObject({ body: 'x' });
  });

  test('a route that is refused as it last was too goes alone', async () => {
    const [own, other] = await Promise.all([selfSigned(['one.proxy.test']), selfSigned(['one.proxy.test'])]);
    const mixed = { kind: 'own' as const, certificatePem: own.chain, keyPem: other.privateKey };
    const one = { ...answering('one', 'one.proxy.test', 'x'), certificate: mixed };
    const wanted = [{ route: one, lastGood: one }, first(answering('two', 'two.proxy.test', 'served'))];
    expect((await proxy.apply(wanted, {}, signal)).refused.map(({ id }) => id)).toEqual(['one']);
    await expect.poll(() => visit('two.proxy.test'), patience).toMatchObject({ body: 'served' });
    expect((await proxy.state(signal)).ours).toEqual(['two']);
  });

  test('leaves a dead upstream to its own route', async () => {
    const dead = routeTo('dead', 'dead.proxy.test', {
      kind: 'upstreams',
      upstreams: [{ host: '127.0.0.1', port: 1, isTls: false, isUnverified: false }],
      balance: 'random',
    });
    const live = answering('live', 'live.proxy.test', 'alive');
    await proxy.apply(
      [first({ ...dead, options: { ...plainOptions, retrySeconds: 0 } }), first(live)],
      {},
      signal,
    );
    await expect.poll(() => visit('dead.proxy.test'), patience).toMatchObject({ status: 502 });
    expect(await visit('live.proxy.test')).toMatchObject({ body: 'alive' });
  });
});
