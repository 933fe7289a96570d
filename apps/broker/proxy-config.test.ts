import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refuseImports } from './caddyfile-imports.ts';
import { canonicalJson, type Json, parseJson } from './json.ts';
import { judgeProxyConfig } from './proxy-config.ts';
import { Refusal } from './refusal.ts';

const owners = {
  admin: { listen: 'unix//run/caddy/admin.sock' },
  logging: { logs: { default: { writer: { output: 'stderr' } } } },
  storage: { module: 'file_system', root: '/var/lib/caddy' },
  apps: {
    http: {
      servers: {
        srv0: {
          listen: [':443'],
          routes: [
            {
              match: [{ host: ['private.home.test'] }],
              handle: [
                { handler: 'templates' },
                { handler: 'file_server', root: '/home/owner/private', browse: {} },
              ],
            },
          ],
        },
      },
    },
    tls: { automation: { policies: [{ issuers: [{ module: 'internal' }] }] } },
    pki: { certificate_authorities: { local: { install_trust: false } } },
  },
};

function json(value: unknown): Json {
  return parseJson(JSON.stringify(value), 'exact', { deepest: 64, fractions: true });
}

/** The owner's configuration with one more route that has these handlers. */
function withRoute(...handle: unknown[]): Json {
  const next = structuredClone(owners);
  const route = { '@id': 'nebula-1', match: [{ host: ['app.home.test'] }], handle, terminal: true };
  Object.assign(next.apps.http.servers.srv0, { routes: [route, ...next.apps.http.servers.srv0.routes] });
  return json(next);
}

const judge = (next: Json, current: unknown = owners) =>
  judgeProxyConfig(next, json(current), ['/srv/sites']);

const upstream = { handler: 'reverse_proxy', upstreams: [{ dial: '127.0.0.1:2283' }] };

describe('a configuration of the reverse proxy', () => {
  test('passes with a route to an upstream, and the rest as its owner has it', async () => {
    const next = withRoute(upstream);
    expect(canonicalJson(await judge(next))).toBe(canonicalJson(next));
  });

  test('passes unchanged, without what was never there being added', async () => {
    expect(canonicalJson(await judge(json(owners)))).toBe(canonicalJson(owners));
    expect(canonicalJson(await judge(json({ apps: {} }), null))).toBe('{"apps":{}}');
  });

  test('keeps where Caddy listens for its owner, whatever is asked for', async () => {
    const next = json({ ...owners, admin: { listen: ':2019' }, storage: { module: 'x' }, logging: {} });
    expect(canonicalJson(await judge(next))).toBe(canonicalJson(owners));
    const { admin: _admin, ...without } = owners;
    expect((await judge(json(without))).admin).toEqual(owners.admin);
  });

  test('may drop the owner’s route when its owner gave it to us', async () => {
    const next = structuredClone(owners);
    next.apps.http.servers.srv0.routes = [];
    expect(await judge(json(next))).toMatchObject({ apps: { http: { servers: { srv0: { routes: [] } } } } });
  });

  test('opens one server of plain HTTP, by its name, at the port for HTTP, with routes of ours only', async () => {
    const answer = {
      '@id': 'nebula-1-http',
      match: [{ host: ['app.home.test'], path: ['/.well-known/acme-challenge/x'] }],
      handle: [{ handler: 'static_response', status_code: 200, body: 'x.y' }],
      terminal: true,
    };
    const plain = (name: string, listen: string[], routes: unknown[] = [answer]) =>
      json({ apps: { http: { http_port: 8080, servers: { [name]: { listen, routes } } } } });
    const present = { apps: { http: { http_port: 8080, servers: {} } } };
    expect(await judge(plain('nebula-http', [':8080']), present)).toMatchObject({
      apps: { http: { servers: { 'nebula-http': { listen: [':8080'], routes: [answer] } } } },
    });
    await expect(judge(plain('nebula-http', [':9090']), present)).rejects.toBeInstanceOf(Refusal);
    await expect(judge(plain('other', [':8080']), present)).rejects.toBeInstanceOf(Refusal);
    const files = { handle: [{ handler: 'file_server', root: '/etc' }] };
    await expect(judge(plain('nebula-http', [':8080'], [files]), present)).rejects.toBeInstanceOf(Refusal);
  });

  test('opens a server of ours only at the port for HTTPS', async () => {
    const server = { listen: [':443'], routes: [] };
    const next = json({ apps: { http: { servers: { nebula: server } } } });
    expect(await judge(next, { apps: { http: { servers: {} } } })).toMatchObject({
      apps: { http: { servers: { nebula: server } } },
    });
    const wide = json({ apps: { http: { servers: { nebula: { listen: [':8080'], routes: [] } } } } });
    await expect(judge(wide, null)).rejects.toThrow(/listen/);
  });

  const evil: [string, Json][] = [
    ['a handler that reads the environment', withRoute({ handler: 'templates' })],
    [
      'a handler of another owner’s route in a route of ours',
      withRoute({ handler: 'file_server', root: '/home/owner/private', browse: {} }),
    ],
    ['files outside the roots', withRoute({ handler: 'file_server', root: '/etc' })],
    ['files beside the roots', withRoute({ handler: 'file_server', root: '/srv/sites/../../etc' })],
    ['a root that only begins alike', withRoute({ handler: 'file_server', root: '/srv/sites-private' })],
    [
      'a root that the visitor completes',
      withRoute({ handler: 'file_server', root: '/srv/sites/{http.request.header.X-P}' }),
    ],
    ['a root by a placeholder', withRoute({ handler: 'vars', root: '/etc' })],
    ['a socket of this machine', withRoute({ ...upstream, upstreams: [{ dial: 'unix//run/docker.sock' }] })],
    [
      'an upstream that the visitor names',
      withRoute({ ...upstream, upstreams: [{ dial: '{http.request.host}:80' }] }),
    ],
    ['upstreams from a module', withRoute({ ...upstream, dynamic_upstreams: { source: 'a', name: 'x' } })],
    [
      'client certificates from files',
      withRoute({ ...upstream, transport: { protocol: 'http', tls: { client_certificate_file: '/x' } } }),
    ],
    [
      'FastCGI, which names scripts',
      withRoute({ ...upstream, transport: { protocol: 'fastcgi', root: '/etc' } }),
    ],
    ['the environment in an answer', withRoute({ handler: 'static_response', body: 'x {env.SECRET}' })],
    [
      'a file in a header',
      withRoute({ handler: 'headers', response: { set: { X: ['{file./etc/shadow}'] } } }),
    ],
    [
      'a hidden one in a subroute',
      withRoute({ handler: 'subroute', routes: [{ handle: [{ handler: 'exec' }] }] }),
    ],
    ['a field nobody knows', withRoute({ ...upstream, trust_everyone: true })],
    ['another app', json({ ...owners, apps: { ...owners.apps, exec: {} } })],
    ['another place of the authority', json({ ...owners, apps: { ...owners.apps, pki: {} } })],
    [
      'a policy with a provider',
      json({
        ...owners,
        apps: {
          ...owners.apps,
          tls: {
            automation: {
              policies: [
                {
                  '@id': 'nebula-p',
                  issuers: [{ module: 'acme', challenges: { dns: { provider: { name: 'exec' } } } }],
                },
              ],
            },
          },
        },
      }),
    ],
    [
      'certificates from files',
      json({
        ...owners,
        apps: {
          ...owners.apps,
          tls: { ...owners.apps.tls, certificates: { load_files: [{ certificate: '/x', key: '/y' }] } },
        },
      }),
    ],
    [
      'a CA without TLS',
      json({
        ...owners,
        apps: {
          ...owners.apps,
          tls: {
            automation: {
              policies: [{ '@id': 'nebula-p', issuers: [{ module: 'acme', ca: 'http://127.0.0.1/' }] }],
            },
          },
        },
      }),
    ],
    [
      'a route without an id of ours',
      json({
        ...owners,
        apps: {
          ...owners.apps,
          http: {
            servers: {
              srv0: { ...owners.apps.http.servers.srv0, routes: [{ '@id': 'mine', handle: [upstream] }] },
            },
          },
        },
      }),
    ],
    [
      'a server that listens elsewhere',
      json({
        ...owners,
        apps: {
          ...owners.apps,
          http: { servers: { srv0: { ...owners.apps.http.servers.srv0, listen: [':9000'] } } },
        },
      }),
    ],
  ];

  test.each(evil)('is refused with %s', async (_what, next) => {
    await expect(judge(next)).rejects.toBeInstanceOf(Refusal);
  });

  test('never lets an unknown handler through, wherever it stands', async () => {
    const known = new Set([
      'reverse_proxy',
      'static_response',
      'headers',
      'encode',
      'authentication',
      'rewrite',
      'request_body',
      'file_server',
      'error',
      'subroute',
    ]);
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 20 }), fc.nat(5), async (name, depth) => {
        if (known.has(name)) return;
        let handler: unknown = { handler: name };
        for (let level = 0; level < depth; level += 1) {
          handler = { handler: 'subroute', routes: [{ handle: [upstream, handler] }] };
        }
        await expect(judge(withRoute(handler))).rejects.toBeInstanceOf(Refusal);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a Caddyfile that is to be translated', () => {
  test('may use snippets of its own', () => {
    expect(() => refuseImports('(common) {\n\tencode gzip\n}\na.test {\n\timport common\n}')).not.toThrow();
    const withArguments =
      '(to) {\n\t# important: \\\n\treverse_proxy {args.0} {\n\t\theader_up X {args.1}\n\t}\n}\r\na.test {\n\timport to b:1 "c d"\n}';
    expect(() => refuseImports(withArguments)).not.toThrow();
  });

  test.each([
    'a.test {\n import /etc/shadow\n}',
    'a.test {\n "import" /etc/shadow\n}',
    'a.test {\n `import` /etc/shadow\n}',
    'a.test {\n imp\\\nort /etc/shadow\n}',
    'import sites/*',
    '<<X\nimport\nX /etc/caddy/secret.env',
    'a.test {\n import\n}',
    'a.test {\n respond {$HOME}\n}',
    'a.test {\n import\u0085/etc/shadow\n}',
    'a.test {\n im\rport /etc/shadow\n}',
    'a.test {\n import\\\n/etc/shadow\n}',
    'a.test {\n "import"/etc/shadow\n}',
    'a.test {\n `import`/etc/shadow\n}',
    '\ufeffimport /etc/shadow',
    '(x) {\n}\na.test {\n import "x /../../etc/shadow"\n}',
    '(x) {\n {args.0}{args.1} /etc/shadow\n}\na.test {\n import x imp ort\n}',
    '(x) {\n reverse_proxy {\n  "{args.0}" /etc/shadow\n }\n}\na.test {\n import x import\n}',
    'a.test {\n respond "\n(shadow) {\n"\n import shadow\n}',
    'a.test {\n (shadow) {\n }\n import shadow\n}',
    'a.test {\n tls {\n  client_auth {\n   trusted_ca_cert_file /etc/shadow\n  }\n }\n}',
    'a.test {\n tls {\n  client_auth {\n   "trusted_leaf_cert_file" /etc/shadow\n  }\n }\n}',
  ])('is refused when it reads what only Caddy can read: %j', (caddyfile) => {
    expect(() => refuseImports(caddyfile)).toThrow(Refusal);
  });

  const doubling = (count: number) =>
    Array.from(
      { length: count },
      (_, n) => `(s${n}) {\n${n === 0 ? 'header a b\n' : `import s${n - 1}\n`.repeat(2)}}`,
    );

  test.each([
    ['braces in braces', `a.test {\n${'handle {\n'.repeat(40)}${'}\n'.repeat(41)}`],
    [
      'snippets in snippets in braces',
      `(s) {\n${'handle {\n'.repeat(15)}${'}\n'.repeat(16)}a.test {\n${'handle {\n'.repeat(15)}import s\n${'}\n'.repeat(16)}`,
    ],
    ['snippets that double each other', [...doubling(16), 'a.test {\n import s15\n}'].join('\n')],
    ['a site that never ends', `a.test {\n${'header a b\n'.repeat(130_000)}}`],
    ['a snippet that imports itself', '(s) {\n import s\n}\na.test {\n import s\n}'],
  ])('is refused when Caddy would be busy with it without end: %s', (_what, caddyfile) => {
    expect(() => refuseImports(caddyfile)).toThrow(Refusal);
  });

  test('may use what a large one needs', () => {
    const sites = Array.from(
      { length: 3000 },
      (_, n) => `a${n}.test {\n import s3\n reverse_proxy b:${n + 1}\n}`,
    );
    expect(() => refuseImports([...doubling(4), ...sites].join('\n'))).not.toThrow();
  });
});
