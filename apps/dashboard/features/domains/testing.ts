import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { request } from 'node:https';
import { join } from 'node:path';
import { hostCall } from '@nebula/broker';
import { startBroker } from '@nebula/broker/testing';
import type { TestCluster } from '@nebula/db/testing';
import {
  freePorts,
  type PowerDns,
  startCaddy,
  startPebble,
  startPowerDns,
  type TestCaddy,
  type TestPebble,
} from '@nebula/testbed';
import { type Caller, json, type TestApp, testApp } from '../../testing.ts';
import type { Domain } from './contract.ts';
import type { Imported } from './contract-transfer.ts';

/** The real parts around NebulaCommand: name server, reverse proxy, authority, and an app behind them. */
export interface DomainEdge extends AsyncDisposable {
  caddy: TestCaddy;
  pebble: TestPebble;
  powerDns: PowerDns;
  /** The zone that the name server holds. */
  zone: string;
  upstreamPort: number;
  /** Folder that goes with it, which everybody on the machine may enter. */
  dir: string;
  /** Settings with which NebulaCommand meets them. */
  environment: Record<string, string>;
  /** What a visitor gets over HTTPS, with the authority trusted. */
  visit(
    name: string,
    path?: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: string }>;
}

/** An edge with NebulaCommand in this process. */
export interface DomainGround extends DomainEdge {
  app: TestApp;
  providerId: string;
}

/** What the parts around NebulaCommand may be. */
export interface EdgeOptions {
  validitySeconds?: number;
  /** Whether the authority looks for the proxy where it is not, so that it gets no certificate by itself. */
  isProxyBarred?: boolean;
  /** Further settings, for an edge that stands. */
  settings?: (edge: DomainEdge) => Record<string, string> | Promise<Record<string, string>>;
}

/** Settings with which certificates are ordered from these directories, the one of the edge last. */
export function ordering(edge: DomainEdge, before: { directory: string; rootFile: string }[] = []) {
  const all = [...before, edge.pebble];
  const file = join(edge.dir, 'acme-roots.pem');
  writeFileSync(file, all.map(({ rootFile }) => readFileSync(rootFile, 'utf8')).join('\n'));
  chmodSync(file, 0o644);
  return { NEBULA_ACME_DIRECTORIES: all.map(({ directory }) => directory).join(','), NEBULA_ACME_ROOT: file };
}

/** Starts the parts around NebulaCommand; nothing of them leaves the machine. */
export async function startEdge(options: EdgeOptions = {}): Promise<DomainEdge> {
  await using stack = new AsyncDisposableStack();
  const dir = mkdtempSync('/tmp/nebula-domains-');
  chmodSync(dir, 0o755);
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  const zone = 'home.test';
  const powerDns = stack.use(await startPowerDns());
  await powerDns.addZone(zone);
  // Asked for CAA above the zone, as a resolver would be.
  await powerDns.addZone('test');
  const [httpPort = 0, httpsPort = 0, nowhere = 0, nowhereTls = 0] = await freePorts(4);
  const { isProxyBarred = false, validitySeconds } = options;
  const pebble = stack.use(
    await startPebble({
      dnsServer: powerDns.nameServer,
      httpPort: isProxyBarred ? nowhere : httpPort,
      tlsPort: isProxyBarred ? nowhereTls : httpsPort,
      ...(validitySeconds === undefined ? {} : { validitySeconds }),
    }),
  );
  const root = await pebble.issuedRoot();
  const rootFile = join(dir, 'issued-root.pem');
  writeFileSync(rootFile, root);
  const caddy = stack.use(
    await startCaddy({
      ports: [httpPort, httpsPort],
      acme: { directory: pebble.directory, rootFile: pebble.rootFile },
    }),
  );
  const upstream: Server = createServer((asked, answer) =>
    answer.end(`photos at ${asked.headers.host ?? ''}`),
  );
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  stack.defer(() => {
    upstream.closeAllConnections();
    upstream.close();
  });
  const opened = stack.move();
  return {
    ...{ caddy, pebble, powerDns, zone, dir },
    upstreamPort: (upstream.address() as AddressInfo).port,
    environment: {
      NEBULA_TRUSTED_ROOTS: rootFile,
      NEBULA_CERTIFICATE_WAIT_SECONDS: '20',
      NEBULA_DNS_RESOLVERS: powerDns.nameServer,
      NEBULA_DNS_PORT: String(powerDns.port),
      NEBULA_PUBLIC_ADDRESSES: '127.0.0.1',
    },
    visit: (name, path = '/', headers = {}) => visit({ name, path, headers, port: httpsPort, root }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Starts an edge and NebulaCommand in this process. */
export async function domainGround(cluster: TestCluster, options: EdgeOptions = {}): Promise<DomainGround> {
  await using stack = new AsyncDisposableStack();
  const edge = stack.use(await startEdge(options));
  const { caddy, dir, powerDns } = edge;
  const environment = { ...edge.environment, ...(await options.settings?.(edge)) };
  const broker = stack.use(
    await startBroker(
      {
        ...{ socketDir: dir, engine: join(dir, 'no-engine.sock'), appRoots: [], clientGid: undefined },
        ...{ grantKey: undefined, units: [], caddyAdmin: caddy.adminSocket, siteRoots: [] },
      },
      () => new Date(),
      () => undefined,
    ),
  );
  const app = stack.use(
    await testApp(cluster, {
      broker: (verb, input, signal) => hostCall(broker.hostSocket, verb, input, { signal }),
      environment,
    }),
  );
  const admin = await app.as('admin', ['*', 'account:skip-step-up']);
  const added = await admin.fetch(
    '/api/dns/providers',
    json('POST', {
      name: 'PowerDNS at home',
      settings: { kind: 'powerdns', url: powerDns.url },
      secrets: { apiKey: powerDns.apiKey },
    }),
  );
  const { id: providerId } = (await added.json()) as { id: string };
  const opened = stack.move();
  return { ...edge, app, providerId, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

type Problem = { code?: string; detail?: string; fields?: { path: string; message: string }[] };

/** Imports domains as somebody does, and finds those whose names hold a word. */
export function transferAs(caller: Caller) {
  return {
    send: async (body: object): Promise<Imported & Problem> => {
      const answer = await caller.fetch('/api/domains/import', json('POST', body));
      return (await answer.json()) as Imported & Problem;
    },
    found: async (word: string): Promise<Domain[]> => {
      const answer = await caller.fetch(`/api/domains?search=${word}`);
      return ((await answer.json()) as { items: Domain[] }).items;
    },
  };
}

/** Name, verdict and what is done of each row. */
export function verdictsOf({ rows }: Imported): string[] {
  return rows.map(({ name, verdict, does }) => `${name} ${verdict} ${does}`);
}

function visit(place: {
  name: string;
  path: string;
  headers: Record<string, string>;
  port: number;
  root: string;
}) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const asked = request(
      {
        ...{ host: '127.0.0.1', port: place.port, path: place.path, servername: place.name, ca: place.root },
        ...{ agent: false, timeout: 10_000, headers: { host: place.name, ...place.headers } },
      },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (part: string) => (body += part));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
      },
    );
    asked.on('error', reject).on('timeout', () => asked.destroy(new Error('no answer')));
    asked.end();
  });
}
