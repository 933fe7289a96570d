import { randomBytes } from 'node:crypto';
import type { Clock } from '@nebula/clock';
import type { Role } from '@nebula/contract';
import { newId } from '@nebula/db';
import { type TestCluster, temporaryDirectory, testDatabase } from '@nebula/db/testing';
import type { Docker } from '@nebula/docker';
import { type FakeDocker, fakeDocker } from '@nebula/docker/fake';
import { DriverError } from '@nebula/errors';
import type { Host } from '@nebula/hosts';
import { createLog } from '@nebula/log';
import type { Outbound } from '@nebula/outbound';
import type { Proxy } from '@nebula/proxy';
import { type App, startApp } from './app.ts';
import { readDashboardConfig } from './config.ts';
import { migrationSets } from './migrations.ts';
import type { CallBroker } from './resources.ts';

/** How a test calls the server. */
export interface Caller {
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** The API key behind it; null when signed out. */
  key: string | null;
}

/** The whole dashboard on a database of its own, listening on loopback. */
export interface TestApp extends AsyncDisposable {
  app: App;
  url: string;
  port: number;
  docker: FakeDocker;
  /** Lines of the log so far. */
  log: string[];
  dataDir: string;
  nobody: Caller;
  /** A caller with an API key of this role. */
  as(role: Role, scopes?: string[]): Promise<Caller>;
  /** A person who is signed in with a password, as a browser is. */
  signIn(role: Role): Promise<Caller & { cookie: string; csrfToken: string; email: string }>;
}

/** Password of the accounts that {@link TestApp.signIn} makes. */
export const testPassword = 'a password for tests';

/** What a test may give to its application. */
export interface TestAppOptions {
  docker?: Docker;
  /** Socket of a broker before a real engine, instead of the fake one. */
  dockerSocket?: string;
  host?: Host;
  broker?: CallBroker;
  /** Folder of the built web; none is served when left out. */
  webDir?: string;
  clock?: Clock;
  outbound?: Outbound;
  proxy?: Proxy;
  requestsPerMinute?: number;
  sampleSeconds?: number;
  /** Variables that the environment gives. */
  environment?: Record<string, string>;
}

/** Starts a {@link TestApp}; answers of the server are proven against the contract. */
export async function testApp(cluster: TestCluster, options: TestAppOptions = {}): Promise<TestApp> {
  const lines: string[] = [];
  const log = createLog({ service: 'test', level: 'debug', write: (line) => lines.push(line) });
  const database = await testDatabase(cluster, migrationSets);
  const dir = await temporaryDirectory();
  const docker = fakeDocker(() => new Date());
  const app = await startApp({
    database,
    keys: { dir: dir.path, audit: randomBytes(32), device: randomBytes(32), vault: randomBytes(32) },
    log,
    version: '0.0.0-test',
    docker:
      options.dockerSocket === undefined ? (options.docker ?? docker) : { socket: options.dockerSocket },
    broker: options.broker ?? noBroker,
    ...(options.host === undefined ? {} : { host: options.host }),
    config: readDashboardConfig({
      NEBULA_DATA: dir.path,
      NEBULA_RUNTIME: dir.path,
      NEBULA_BROKER_DIR: dir.path,
      NEBULA_SAMPLE_SECONDS: String(options.sampleSeconds ?? 1),
      NEBULA_REQUESTS_PER_MINUTE: String(options.requestsPerMinute ?? 100_000),
      NEBULA_IMAGE_CHECK_HOURS: '0',
      NEBULA_ALLOWED_HOSTS: 'nebula.test',
      NEBULA_ALLOWED_ORIGINS: 'https://allowed.test',
      ...options.environment,
    }),
    environment: new Set(Object.keys(options.environment ?? {})),
    tls: null,
    webDir: options.webDir ?? null,
    files: {},
    checksOutput: true,
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.outbound === undefined ? {} : { outbound: options.outbound }),
    ...(options.proxy === undefined ? {} : { proxy: options.proxy }),
  });
  const port = await app.server.listen('127.0.0.1', 0);
  const url = `http://127.0.0.1:${port}`;
  const { apiKeys, signIn } = app.resources;

  function caller(headers: Record<string, string>, key: string | null): Caller {
    return {
      key,
      fetch: (path, init) => fetch(`${url}${path}`, { ...init, headers: { ...headers, ...headersOf(init) } }),
    };
  }

  return {
    app,
    url,
    port,
    docker,
    log: lines,
    dataDir: dir.path,
    nobody: caller({}, null),
    async as(role, scopes = ['*']) {
      const account = { email: `${newId()}@example.com`, name: role, password: testPassword, role };
      const user = await database.transaction((sql) => signIn.createUser(sql, account));
      const { token } = await apiKeys.create(database.sql, {
        name: role,
        role,
        scopes,
        expiresAt: null,
        userId: user.id,
      });
      return caller({ authorization: `Bearer ${token}` }, token);
    },
    async signIn(role) {
      const email = `${newId()}@example.com`;
      await database.transaction((sql) =>
        signIn.createUser(sql, { email, name: role, password: testPassword, role }),
      );
      const response = await fetch(
        `${url}/api/account/sign-in`,
        json('POST', { email, password: testPassword }),
      );
      const cookie = response.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; ');
      const { csrfToken } = (await response.json()) as { csrfToken: string };
      return { ...caller({ cookie, 'x-csrf-token': csrfToken }, null), cookie, csrfToken, email };
    },
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}

/** The broker of a test that needs none: it does not answer. */
const noBroker: CallBroker = () =>
  Promise.reject(new DriverError('unavailable', 'The broker does not answer.'));

/** A request with a JSON body. */
export function json(method: string, body: unknown): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** Waits until `condition` holds, looking every 25 ms; throws after `ms`. */
export async function until(condition: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function headersOf(init: RequestInit | undefined): Record<string, string> {
  return Object.fromEntries(new Headers(init?.headers).entries());
}
