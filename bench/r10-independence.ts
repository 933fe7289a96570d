import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProduct } from '@nebula/testbed';
import { startEdge } from '../apps/dashboard/features/domains/testing.ts';
import type { BenchOptions, Figure } from './bench.ts';
import { ownerKey } from './owner.ts';
import { visitSite } from './visits.ts';

const patienceMs = 180_000;

/**
 * R10: domains are brought to HTTPS, then NebulaCommand is ended (the server killed, then all of it stopped) and its data
 * directory is gone; every site is visited with its certificate judged, then Caddy itself is started again and they are visited
 * once more.
 */
export async function run({ quick, signal }: BenchOptions): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack();
  const edge = stack.use(await startEdge());
  const { caddy, environment, pebble, powerDns, upstreamPort, zone } = edge;
  const product = await startProduct({
    env: { ...environment, NEBULA_CADDY_ADMIN: caddy.adminSocket, NEBULA_REQUESTS_PER_MINUTE: '1000000' },
  });
  const { dataDir } = product;
  let isStopped = false;
  stack.defer(async () => {
    if (!isStopped) await product.stop();
  });
  const key = await ownerKey(product, ['*', 'account:skip-step-up']);
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${product.url}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
  const { id: providerId } = await call<{ id: string }>('POST', '/dns/providers', {
    name: 'PowerDNS',
    settings: { kind: 'powerdns', url: powerDns.url },
    secrets: { apiKey: powerDns.apiKey },
  });
  const names = Array.from({ length: quick ? 3 : 20 }, (_, n) => `site-${n}.${zone}`);
  for (const [n, name] of names.entries()) {
    signal.throwIfAborted();
    const addresses = { kind: 'addresses', upstreams: [{ host: '127.0.0.1', port: upstreamPort }] };
    const target = n % 4 === 3 ? { kind: 'redirect', to: `https://elsewhere.${zone}` } : addresses;
    const options = n % 4 === 1 ? { snippet: 'header X-Site yes', compresses: true } : {};
    const { id } = await call<{ id: string }>('POST', '/domains', {
      ...{ name, target, options, dns: { kind: 'provider', providerId, zone } },
    });
    await call('POST', `/domains/${id}/provision`, {});
  }
  for (const end = Date.now() + patienceMs; ; await sleep(500)) {
    const { items } = await call<{ items: { status: string }[] }>('GET', '/domains?limit=100');
    if (items.every(({ status }) => status === 'active')) break;
    if (Date.now() > end) throw new Error('not every domain became active');
  }

  const root = await pebble.issuedRoot();
  const before = await lookAtAll(names, caddy.httpsPort, root);
  process.kill(product.processes().server, 'SIGKILL');
  const afterKill = await lookAtAll(names, caddy.httpsPort, root);
  isStopped = true;
  await product.stop();
  const isGone = !existsSync(dataDir);
  const afterStop = await lookAtAll(names, caddy.httpsPort, root);
  await caddy.stop();
  await caddy.start();
  const afterRestart = await lookAtAll(names, caddy.httpsPort, root);

  const stages = {
    'server killed': afterKill,
    'all stopped, data gone': afterStop,
    'Caddy started again': afterRestart,
  };
  const lost = (what: keyof Look) =>
    Object.entries(stages).flatMap(([stage, looks]) =>
      names.flatMap((name) => {
        const was = before.get(name)?.[what];
        const is = looks.get(name)?.[what];
        return was !== undefined && was !== '' && was === is
          ? []
          : [`${name}, ${stage}: ${is ?? 'no answer'}`];
      }),
    );
  const scope = `${names.length} domains, visited after the server was killed, after all was stopped and the data directory was gone (${isGone ? 'it is' : 'IT IS STILL THERE'}), and after Caddy was started again with --resume; Caddy 2.6.2`;
  return (['route', 'certificate'] as const).map((what) => {
    const list = lost(what);
    return {
      id: 'R10',
      what: `${what === 'route' ? 'Routes' : 'Certificates'} that stop when NebulaCommand and its data are gone`,
      figure: list.length,
      unit: 'count',
      target: '0',
      met: list.length === 0 && isGone,
      detail: list.length === 0 ? scope : `${scope}; ${list.slice(0, 5).join('; ')}`,
    };
  });
}

/** What a site answers, and the certificate that it shows; empty where that is not trusted. */
interface Look {
  route: string;
  certificate: string;
}

async function lookAtAll(names: readonly string[], port: number, root: string): Promise<Map<string, Look>> {
  const looks = new Map<string, Look>();
  for (const name of names) {
    const seen = await visitSite(name, port, root).catch(() => null);
    if (seen === null) continue;
    const { body, isTrusted, serial, status } = seen;
    looks.set(name, { route: `${status} ${body}`, certificate: isTrusted ? serial : '' });
  }
  return looks;
}
