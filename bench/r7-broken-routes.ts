import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@nebula/clock';
import type { Route } from '@nebula/proxy';
import { letConnectionsMove } from '@nebula/testbed';
import { createCarefulLoad, type WantedRow } from '../apps/dashboard/features/domains/careful-load.ts';
import {
  proxyGround,
  routeTo,
  startUpstream,
  upstreamsAt,
} from '../apps/dashboard/features/domains/test-proxy.ts';
import type { BenchOptions, Figure } from './bench.ts';
import { shortly, visitSite } from './visits.ts';

const others = 10;
const patienceMs = 30_000;

/** Upstreams that do what no app should. */
interface Ill {
  closing: number;
  silent: number;
  babbling: number;
  plain: number;
}

/**
 * R7: two hundred routes that are broken in twenty ways, or lead to broken upstreams, one at a time; ten other sites are visited
 * all the while, on new connections. What a load itself costs, whatever it changes, is told by itself: Caddy 2.6 listens for a
 * moment before it has read its certificates.
 */
export async function run({ quick, signal }: BenchOptions): Promise<Figure[]> {
  using moving = letConnectionsMove();
  await using stack = new AsyncDisposableStack();
  const { caddy, proxy } = stack.use(await proxyGround());
  const app = stack.use(await startUpstream((asked, answer) => answer.end(asked.headers.host)));
  const ill: Ill = {
    closing: await startIll(stack, (socket) => socket.destroy()),
    silent: await startIll(stack, () => undefined),
    babbling: await startIll(stack, (socket) => socket.end('this is no HTTP\r\n\r\n')),
    plain: app.port,
  };
  const sites = Array.from({ length: others }, (_, n) =>
    routeTo(`good-${n}`, `good-${n}.other.test`, upstreamsAt(app.port)),
  );
  const rows: WantedRow[] = sites.map((route) => ({ id: route.id, route, goodRoute: route }));
  const load = createCarefulLoad({ proxy, clock: systemClock, roots: [] });
  await load(rows, [], signal);
  for (const { hosts } of sites) await untilWell(hosts[0] ?? '', caddy.httpsPort);

  const affected = new Map<string, number>();
  const lost = new Map<string, number>();
  let visits = 0;
  let phase = 'before';
  let isOver = false;
  const visitors = Array.from({ length: 4 }, async (_, first) => {
    for (let n = first; !isOver; n += 1) {
      const host = `good-${n % others}.other.test`;
      const at = phase;
      visits += 1;
      const count = (where: Map<string, number>, what: string) => where.set(what, (where.get(what) ?? 0) + 1);
      await visitSite(host, caddy.httpsPort).then(
        ({ status, body }) => {
          if (status !== 200 || body !== host) count(affected, `${at}: status ${status}`);
        },
        (error: unknown) => {
          const why = shortly(error);
          // One that began before a load may end in it.
          if (at.startsWith('with') && at === phase) count(affected, `${at}: ${why}`);
          else count(lost, why);
        },
      );
      await sleep(10);
    }
  });

  const count = quick ? waysToBreak.length : 200;
  let refused = 0;
  let loads = 0;
  for (let n = 0; n < count; n += 1) {
    signal.throwIfAborted();
    const way = waysToBreak[n % waysToBreak.length];
    if (way === undefined) continue;
    const [what, make] = way;
    const route = make(`broken-${n}`, ill);
    phase = `while loading ${what}`;
    const outcome = await load([...rows, { id: route.id, route, goodRoute: null }], [], signal);
    if (outcome.refused.length > 0) refused += 1;
    if (outcome.isChanged) loads += 2;
    phase = `with ${what}`;
    // Somebody comes to the broken one, which must be nobody else's trouble.
    await visitSite(route.hosts[0] ?? '', caddy.httpsPort).catch(() => undefined);
    await sleep(100);
    phase = `while unloading ${what}`;
    await load(rows, [], signal);
    process.stderr.write(`\r${n + 1} of ${count} `);
  }
  process.stderr.write('\n');
  isOver = true;
  await Promise.all(visitors);

  const sum = (of: Map<string, number>) => [...of.values()].reduce((total, each) => total + each, 0);
  const words = (of: Map<string, number>) => [...of].map(([what, often]) => `; ${often} × ${what}`).join('');
  const scope = `${count} routes broken in ${waysToBreak.length} ways, ${refused} of them refused, each loaded and taken out again; ${visits} visits of ${others} other sites, each on a connection of its own; Caddy 2.6.2, net.ipv4.tcp_migrate_req ${moving.isOn ? 'on' : 'off'}`;
  return [
    {
      id: 'R7',
      what: `Visits of other sites that a broken route spoils, of ${count} one at a time`,
      figure: sum(affected),
      unit: 'visits',
      target: '0',
      met: sum(affected) === 0,
      detail: `${scope}${words(affected)}`,
    },
    {
      id: 'R7',
      what: 'Connections lost while a configuration is loaded, whatever it changes',
      figure: sum(lost),
      unit: 'visits',
      target: '0',
      met: sum(lost) === 0,
      detail: `in ${loads} loads${words(lost)}; Caddy 2.6 reads its certificates anew with each load, after it has begun to listen`,
    },
  ];
}

const brokenPem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

function broken(id: string, change: Partial<Route>, options: Partial<Route['options']> = {}): Route {
  const plain = routeTo(id, `${id}.broken.test`, { kind: 'answer', status: 200, body: 'x' }, options);
  return { ...plain, ...change };
}

const leading = (id: string, ports: number[], options: Partial<Route['options']> = {}) =>
  broken(id, { target: upstreamsAt(...ports) }, { retrySeconds: 0, ...options });

const toHost = (id: string, host: string, isTls: boolean, port: number) =>
  broken(id, {
    target: { kind: 'upstreams', upstreams: [{ host, port, isTls, isUnverified: isTls }], balance: 'first' },
  });

/** Twenty ways in which a route can be broken. */
const waysToBreak: [what: string, make: (id: string, ill: Ill) => Route][] = [
  ['an upstream that nobody listens at', (id) => leading(id, [1])],
  ['an upstream that closes each connection', (id, { closing }) => leading(id, [closing])],
  ['an upstream that never answers', (id, { silent }) => leading(id, [silent], { readTimeoutSeconds: 1 })],
  ['an upstream that speaks no HTTP', (id, { babbling }) => leading(id, [babbling])],
  ['an upstream whose name nobody knows', (id) => toHost(id, 'nowhere.invalid', false, 80)],
  ['TLS to an upstream that has none', (id, { plain }) => toHost(id, '127.0.0.1', true, plain)],
  [
    'several upstreams that are all gone',
    (id) => leading(id, [1, 2, 3], { health: { path: '/', intervalSeconds: 1 } }),
  ],
  [
    'an upstream that fails its health check',
    (id, { closing }) => leading(id, [closing, 1], { health: { path: '/x', intervalSeconds: 1 } }),
  ],
  [
    'a matcher that Caddy cannot read',
    (id) => broken(id, {}, { extra: [{ match: [{ remote_ip: { ranges: ['1.2.3.4/99'] } }], handle: [] }] }),
  ],
  [
    'a handler that routes may not use',
    (id) => broken(id, {}, { extra: [{ handle: [{ handler: 'templates' }] }] }),
  ],
  ['a snippet that nobody understands', (id) => broken(id, {}, { snippet: 'nonsense' })],
  ['a snippet that opens another site', (id) => broken(id, {}, { snippet: '}\nevil.test {\nrespond x' })],
  [
    'a certificate of its own that is none',
    (id) => broken(id, { certificate: { kind: 'own', certificatePem: brokenPem, keyPem: brokenPem } }),
  ],
  [
    'an authority that nobody reaches',
    (id) =>
      broken(id, {
        certificate: {
          kind: 'automatic',
          issuers: [
            {
              kind: 'acme',
              directory: 'https://127.0.0.1:1/dir',
              email: null,
              rootFile: null,
              account: null,
            },
          ],
        },
      }),
  ],
  ['a header of two lines', (id) => broken(id, {}, { responseHeaders: [{ name: 'X-A', value: 'a\r\nb' }] })],
  [
    'a header that shows the environment',
    (id) => broken(id, {}, { responseHeaders: [{ name: 'X-A', value: '{env.PATH}' }] }),
  ],
  ['a name that is none', (id) => broken(id, { hosts: [`${id}..broken test`] })],
  [
    'a redirect to itself',
    (id) =>
      broken(id, {
        target: { kind: 'redirect', to: `https://${id}.broken.test`, keepsPath: true, status: 301 },
      }),
  ],
  [
    'files of a directory that is not a site',
    (id) => broken(id, { target: { kind: 'files', root: '/etc' } }),
  ],
  ['a status that is none', (id) => broken(id, { target: { kind: 'answer', status: 1000, body: '' } })],
];

async function startIll(
  stack: AsyncDisposableStack,
  onConnection: (socket: import('node:net').Socket) => void,
): Promise<number> {
  const sockets = new Set<import('node:net').Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new TypeError('a TCP server has a port');
  return address.port;
}

async function untilWell(host: string, port: number): Promise<void> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(50)) {
    const seen = await visitSite(host, port).catch(() => null);
    if (seen?.status === 200) return;
  }
  throw new Error(`${host} does not answer`);
}
