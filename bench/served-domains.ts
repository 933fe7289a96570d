import { setTimeout as sleep } from 'node:timers/promises';
import { type Product, startProduct } from '@nebula/testbed';
import { type DomainEdge, startEdge } from '../apps/dashboard/features/domains/testing.ts';
import { askWithKey, ownerKey } from './owner.ts';

/** The product with domains that are served over HTTPS, and the real parts around it. */
export interface ServedDomains extends AsyncDisposable {
  edge: DomainEdge;
  product: Product;
  domains: { id: string; name: string }[];
  /** PEM of the root that visitors trust. */
  root: string;
  /** Asks the API as the owner. Throws an Error when it refuses. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Ends the product before all else. */
  stop(): Promise<void>;
}

const patienceMs = 180_000;

/** Brings domains to HTTPS: most lead to an app, every fourth is a redirect, some have a snippet. */
export async function serveDomains(count: number, signal: AbortSignal): Promise<ServedDomains> {
  await using stack = new AsyncDisposableStack();
  const edge = stack.use(await startEdge());
  const { caddy, environment, pebble, powerDns, upstreamPort, zone } = edge;
  const product = await startProduct({
    env: {
      ...environment,
      NEBULA_CADDY_ADMIN: caddy.adminSocket,
      // Caddy begins ten orders in ten seconds.
      NEBULA_CERTIFICATE_WAIT_SECONDS: '90',
      NEBULA_REQUESTS_PER_MINUTE: '1000000',
    },
  });
  let isStopped = false;
  async function stop(): Promise<void> {
    if (isStopped) return;
    isStopped = true;
    await product.stop();
  }
  stack.defer(stop);
  const key = await ownerKey(product, ['*', 'account:skip-step-up']);
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await askWithKey(product, key, method, path, body);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
  const { id: providerId } = await call<{ id: string }>('POST', '/dns/providers', {
    name: 'PowerDNS',
    settings: { kind: 'powerdns', url: powerDns.url },
    secrets: { apiKey: powerDns.apiKey },
  });
  const domains: ServedDomains['domains'] = [];
  for (let n = 0; n < count; n += 1) {
    signal.throwIfAborted();
    const name = `site-${n}.${zone}`;
    const addresses = { kind: 'addresses', upstreams: [{ host: '127.0.0.1', port: upstreamPort }] };
    const target = n % 4 === 3 ? { kind: 'redirect', to: `https://elsewhere.${zone}` } : addresses;
    const options = n % 4 === 1 ? { snippet: 'header X-Site yes', compresses: true } : {};
    const { id } = await call<{ id: string }>('POST', '/domains', {
      ...{ name, target, options, dns: { kind: 'provider', providerId, zone } },
    });
    await call('POST', `/domains/${id}/provision`, {});
    domains.push({ id, name });
  }
  for (const end = Date.now() + patienceMs; ; await sleep(500)) {
    const { items } = await call<{ items: { name: string; status: string; problem: string | null }[] }>(
      'GET',
      '/domains?limit=100',
    );
    const others = items.filter(({ status }) => status !== 'active');
    if (others.length === 0) break;
    if (Date.now() > end || others.some(({ status }) => status === 'failed')) {
      const words = others.map(({ name, status, problem }) => `${name} is ${status} (${problem})`);
      throw new Error(`not every domain became active: ${words.join('; ')}`);
    }
  }
  const root = await pebble.issuedRoot();
  const opened = stack.move();
  return { edge, product, domains, root, call, stop, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
