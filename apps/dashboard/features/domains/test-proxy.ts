import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { hostCall } from '@nebula/broker';
import { startBroker } from '@nebula/broker/testing';
import { openCaddy, plainOptions, type Proxy, type Route, type RouteTarget } from '@nebula/proxy';
import { startCaddy, type TestCaddy } from '@nebula/testbed';
import { proxyAdmin } from '../../proxy-access.ts';

/** A real Caddy and the port to it through a real broker, without NebulaCommand. */
export interface ProxyGround extends AsyncDisposable {
  caddy: TestCaddy;
  proxy: Proxy;
}

/** Starts a {@link ProxyGround}. */
export async function proxyGround(): Promise<ProxyGround> {
  await using stack = new AsyncDisposableStack();
  const dir = mkdtempSync('/tmp/nebula-edge-');
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  const caddy = stack.use(await startCaddy());
  const { hostSocket } = stack.use(
    await startBroker(
      {
        ...{ socketDir: dir, engine: join(dir, 'no-engine.sock'), appRoots: [], clientGid: undefined },
        ...{ grantKey: undefined, units: [], caddyAdmin: caddy.adminSocket, siteRoots: [] },
      },
      () => new Date(),
      () => undefined,
    ),
  );
  const proxy = openCaddy(proxyAdmin((verb, input, signal) => hostCall(hostSocket, verb, input, { signal })));
  const opened = stack.move();
  return { caddy, proxy, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** A route with nothing special; its certificate is Caddy's own. */
export function routeTo(
  id: string,
  host: string,
  target: RouteTarget,
  options: Partial<Route['options']> = {},
): Route {
  const certificate = { kind: 'automatic' as const, issuers: [{ kind: 'internal' as const }] };
  return { id, hosts: [host], target, options: { ...plainOptions, ...options }, certificate };
}

/** Upstreams on ports of loopback. */
export function upstreamsAt(...ports: number[]): RouteTarget {
  const upstreams = ports.map((port) => ({ host: '127.0.0.1', port, isTls: false, isUnverified: false }));
  return { kind: 'upstreams', upstreams, balance: 'round_robin' };
}

/** An app on loopback. */
export interface TestUpstream extends AsyncDisposable {
  port: number;
}

/** Starts an app that answers as told, at a port or at one that is free. */
export async function startUpstream(answer: RequestListener, port = 0): Promise<TestUpstream> {
  const server = createServer(answer).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
