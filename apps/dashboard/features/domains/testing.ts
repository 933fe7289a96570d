import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { request } from 'node:https';
import { join } from 'node:path';
import { hostCall } from '@nebula/broker';
import { startBroker } from '@nebula/broker/testing';
import { systemClock } from '@nebula/clock';
import type { TestCluster } from '@nebula/db/testing';
import { createResolver, type Dns, openDriver, processLocks } from '@nebula/dns';
import { openPowerDns } from '@nebula/dns/drivers/powerdns';
import { createOutbound } from '@nebula/outbound';
import {
  freePorts,
  type PowerDns,
  startCaddy,
  startPebble,
  startPowerDns,
  type TestCaddy,
  type TestPebble,
} from '@nebula/testbed';
import { type TestApp, testApp } from '../../testing.ts';
import type { DnsAccess } from './index.ts';

/** Account of the ground's PowerDNS. */
export const providerId = '01890000-0000-7000-8000-000000000001';

/** A whole edge of real parts: name server, reverse proxy, authority, and an app behind them. */
export interface DomainGround extends AsyncDisposable {
  app: TestApp;
  caddy: TestCaddy;
  pebble: TestPebble;
  powerDns: PowerDns;
  /** The zone that the account holds. */
  zone: string;
  upstreamPort: number;
  /** The account as a person's other program would use it. */
  dns: Dns;
  setAddress(address: string | null): void;
  /** What a visitor gets over HTTPS, with the authority trusted. */
  visit(name: string, path?: string): Promise<{ status: number; body: string }>;
}

/** Starts it; nothing of it leaves the machine. */
export async function domainGround(
  cluster: TestCluster,
  options: { validitySeconds?: number } = {},
): Promise<DomainGround> {
  await using stack = new AsyncDisposableStack();
  const dir = mkdtempSync('/tmp/nebula-domains-');
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  const zone = 'home.test';
  const powerDns = stack.use(await startPowerDns());
  await powerDns.addZone(zone);
  // Asked for CAA above the zone, as a resolver would be.
  await powerDns.addZone('test');
  const [httpPort = 0, httpsPort = 0] = await freePorts(2);
  const pebble = stack.use(
    await startPebble({ dnsServer: powerDns.nameServer, httpPort, tlsPort: httpsPort, ...options }),
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
  const upstream: Server = createServer((asked, answer) =>
    answer.end(`photos at ${asked.headers.host ?? ''}`),
  );
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  stack.defer(() => {
    upstream.closeAllConnections();
    upstream.close();
  });
  const dns = openDriver(
    openPowerDns({ url: powerDns.url, apiKey: powerDns.apiKey, outbound: createOutbound() }),
    {
      ...{ locks: processLocks(), clock: systemClock, account: 'ground' },
    },
  );
  let address: string | null = '127.0.0.1';
  const resolver = createResolver({ servers: [powerDns.nameServer], authoritativePort: powerDns.port });
  const access: DnsAccess = {
    open: async (id) => (id === providerId ? { name: 'PowerDNS at home', dns } : null),
    resolver: () => resolver,
    publicAddress: async (family) =>
      family === 4 && address !== null
        ? { address, evidence: `IPv4 is ${address}.` }
        : { address: null, reason: 'there is none in this test.' },
  };
  const app = stack.use(
    await testApp(cluster, {
      dns: access,
      broker: (verb, input, signal) => hostCall(broker.hostSocket, verb, input, { signal }),
      environment: { NEBULA_TRUSTED_ROOTS: rootFile, NEBULA_CERTIFICATE_WAIT_SECONDS: '20' },
    }),
  );
  const opened = stack.move();
  return {
    ...{ app, caddy, pebble, powerDns, zone, dns },
    upstreamPort: (upstream.address() as AddressInfo).port,
    setAddress: (next) => void (address = next),
    visit: (name, path = '/') => visit({ name, path, port: httpsPort, root }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function visit(place: { name: string; path: string; port: number; root: string }) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const asked = request(
      {
        ...{ host: '127.0.0.1', port: place.port, path: place.path, servername: place.name, ca: place.root },
        ...{ agent: false, timeout: 10_000, headers: { host: place.name } },
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
