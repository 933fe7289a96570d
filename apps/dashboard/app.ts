import { join } from 'node:path';
import { createAudit, openAnchorFile } from '@nebula/audit';
import {
  createApiKeys,
  createAuthenticator,
  createJudge,
  createPasskeys,
  createPeople,
  createProvider,
  createSecondFactors,
  createSignIn,
  systemActor,
} from '@nebula/auth';
import { foresee, hostCall } from '@nebula/broker';
import { type Clock, systemClock } from '@nebula/clock';
import { permissionsOf } from '@nebula/contract';
import { type Database, migrate, newId, type Sql } from '@nebula/db';
import { type Docker, openEngine } from '@nebula/docker';
import { Hub, relayEvents, removeEventsBefore } from '@nebula/events';
import { type Host, openLocalHost } from '@nebula/hosts';
import { createServer, type Server } from '@nebula/http';
import { createJobs, defineChore, migrateJobs, type Schedule } from '@nebula/jobs';
import { createJournal, type RunSummary } from '@nebula/journal';
import type { Log } from '@nebula/log';
import { createOutbound, type Outbound } from '@nebula/outbound';
import { openCaddy, type Proxy } from '@nebula/proxy';
import {
  type Condition,
  createContexts,
  type MarkerSource,
  type Measure,
  type OverviewPart,
} from '@nebula/runtime';
import { createSeries } from '@nebula/series';
import { createVault } from '@nebula/vault';
import { type DashboardConfig, dashboardSettings } from './config.ts';
import { api } from './contract.ts';
import { dropReaders } from './features/live/index.ts';
import { jobs as jobsContract } from './features/jobs/contract.ts';
import { runningSettings } from './features/settings/index.ts';
import { postTrouble } from './features/jobs/index.ts';
import { features } from './features.ts';
import { statsReader } from './container-stats.ts';
import { grantSigner } from './grants.ts';
import type { Keys } from './keys.ts';
import { liveLimits } from './live-limits.ts';
import { migrationSets } from './migrations.ts';
import type { CallBroker, Resources } from './resources.ts';
import { authoritiesOf, issuersOf, proxyAdmin, rootsIn } from './proxy-access.ts';
import { providerOf } from './sign-in-provider.ts';

/** What an application is made of; a test gives its own database, clock and engine. */
export interface AppOptions {
  database: Database;
  keys: Keys;
  log: Log;
  version: string;
  /** Socket of the broker's filtered Docker API, or an engine made elsewhere. */
  docker: { socket: string } | Docker;
  /** Socket of the broker's host verbs, or who answers them. */
  broker: { socket: string } | CallBroker;
  /** The machine; the one we run on when left out. */
  host?: Host;
  clock?: Clock;
  outbound?: Outbound;
  /** The reverse proxy; the one behind the broker when left out. */
  proxy?: Proxy;
  config: DashboardConfig;
  /** Variables that the environment gives; those a person cannot change in the product. */
  environment: ReadonlySet<string>;
  tls: { cert: string; key: string } | null;
  webDir: string | null;
  files: Record<string, { type: string; content: string }>;
  checksOutput: boolean;
}

/** A running application. */
export interface App extends AsyncDisposable {
  server: Server;
  resources: Resources;
  /** Names and addresses answered to besides those of the settings; replaces the names of an earlier call. */
  allowHosts(names: string[]): void;
  /** A one-time token for the first account; null when there is one. */
  setUpToken(): Promise<string | null>;
}

/** Puts the application together and starts its background work; the server listens when it is told to. */
export async function startApp(options: AppOptions): Promise<App> {
  const { database, log, keys, config } = options;
  const clock = options.clock ?? systemClock;
  await migrate(database.pool, migrationSets);
  await migrateJobs(database);

  const stop = new AbortController();
  const hub = new Hub();
  const judge = createJudge(permissionsOf(api));
  const jobs = createJobs({ database, log, clock });
  const audit = createAudit({ key: keys.audit, clock, memory: openAnchorFile(keys.dir) });
  const signIn = createSignIn({ clock, deviceKey: keys.device });
  const authenticator = createAuthenticator({ database, clock, log });
  const makeContext = createContexts({ database, audit, clock, jobs, judge });
  const runChanged = jobsContract.events['run-changed'];
  const limits = liveLimits(config);
  const signGrant = grantSigner(config.brokerDir, clock);
  const dockerSocket = 'socket' in options.docker ? options.docker.socket : null;
  const callBroker = callerOf(options.broker);
  const readStats = typeof options.broker === 'function' ? {} : { readStats: statsReader(callBroker) };
  const docker =
    'socket' in options.docker
      ? openEngine(options.docker.socket, { sign: signGrant, ...readStats })
      : options.docker;

  const outbound = options.outbound ?? createOutbound();
  const vault = createVault({ key: keys.vault });
  const provider = providerOf(config);
  const proxy = options.proxy ?? openCaddy(proxyAdmin(callBroker));
  const overviewParts = new Map<string, OverviewPart>();
  const markerSources = new Map<string, MarkerSource>();
  const measures = new Map<string, () => Iterable<Measure>>();
  const conditions = new Map<string, (wanted: ReadonlySet<string>) => Iterable<Condition>>();

  const base = {
    acmeRoots: rootsIn(config.acmeRootFile, log),
    api,
    audit,
    apiKeys: createApiKeys({ clock }),
    appRoots: [join(config.dataDir, 'apps')],
    authenticator,
    authorities: authoritiesOf(config),
    callBroker,
    certificateWaitSeconds: config.certificateWaitSeconds,
    clock,
    composeProgram: config.composeProgram,
    conditions,
    dataDir: config.dataDir,
    runtimeDir: config.runtimeDir,
    addressSources: config.addressSources,
    database,
    dnsPort: config.dnsPort,
    dnsResolvers: config.dnsResolvers,
    docker,
    dockerSocket,
    host: options.host ?? openLocalHost({ clock }),
    hub,
    imageCheckHours: config.imageCheckHours,
    issuers: issuersOf(config),
    judge,
    log,
    logMebibytes: config.logMebibytes,
    logMebibytesInAll: config.logMebibytesInAll,
    markerSources,
    measures,
    foresee,
    factors: createSecondFactors({ clock, deviceKey: keys.device, vault }),
    passkeys: createPasskeys({ clock }),
    people: createPeople({ clock }),
    provider: provider && createProvider({ settings: provider, outbound, now: () => clock.now().getTime() }),
    overviewParts,
    outbound,
    proxy,
    publicAddresses: config.publicAddresses,
    publicUrl: config.publicUrl ?? null,
    pushHosts: config.pushHosts,
    queue: jobs,
    series: createSeries({ database, clock, log }),
    signIn,
    keepChangesDays: config.keepChangesDays,
    keepRunsDays: config.keepRunsDays,
    sampleSeconds: config.sampleSeconds,
    settings: runningSettings({
      declared: dashboardSettings,
      values: config,
      environment: options.environment,
      startedAt: clock.now(),
      live: limits.settings,
    }),
    signGrant,
    stackRoots: config.stackRoots,
    terminalIdleMinutes: config.terminalIdleMinutes,
    trustedRoots: rootsIn(config.trustedRoots, log),
    vault,
    version: options.version,
    systemContext: (name: string, signal: AbortSignal) =>
      makeContext({ actor: systemActor(name), log, signal, requestId: newId() }),
  };
  const onTrouble: ((sql: Sql, run: RunSummary) => Promise<void>)[] = [];
  const journal = createJournal({
    database,
    jobs,
    clock,
    log,
    definitions: Object.values(features).flatMap((feature) => feature.runs(base)),
    event: { topic: runChanged.name, access: runChanged.access },
    onTrouble: async (sql, run) => {
      for (const tell of onTrouble) await tell(sql, run);
      await postTrouble(clock)(sql, run);
    },
    onRest: (runId) => hub.setState('jobs.progress', runId, runChanged.access, null),
    onProgress: (runId, step, fraction, message) =>
      hub.setState('jobs.progress', runId, runChanged.access, { step, fraction, message }),
  });
  const resources: Resources = { ...base, journal };
  const parts = Object.entries(features).map(([id, feature]) => ({ id, ...feature.setUp(resources) }));
  for (const part of parts) {
    if (part.overview !== undefined) overviewParts.set(part.id, part.overview);
    if (part.markers !== undefined) markerSources.set(part.id, part.markers);
    if (part.onTrouble !== undefined) onTrouble.push(part.onTrouble);
    if (part.measures !== undefined) measures.set(part.id, part.measures);
    if (part.conditions !== undefined) conditions.set(part.id, part.conditions);
  }

  const server = await createServer({
    api,
    routes: Object.fromEntries(parts.map(({ id, routes }) => [id, routes])),
    authenticator,
    judge,
    log,
    makeContext,
    checksOutput: options.checksOutput,
    guard: limits.guard,
    tls: options.tls,
    trustedProxies: config.trustedProxies,
    requestsPerMinute: limits.requestsPerMinute,
    webDir: options.webDir,
    files: options.files,
  });

  const clean = defineChore('events.remove-old', async () => {
    await removeEventsBefore(database.sql, new Date(clock.now().getTime() - 86_400_000));
  });
  const schedules: Schedule[] = [
    { job: clean, every: '1h' },
    ...parts.flatMap((part) => part.schedules ?? []),
  ];
  await jobs.start([clean, journal.job, ...parts.flatMap((part) => part.jobs ?? [])], schedules);
  const lasting: Record<string, (signal: AbortSignal) => Promise<unknown>> = {
    'events.relay': (signal) => relayEvents({ database, hub, log, signal }),
    'account.watch': (signal) =>
      authenticator.watch((subject) => {
        dropReaders(hub, subject);
        server.credentialChanged(subject).catch((error: unknown) => {
          log.error({ error, subject }, 'open connections could not be looked at after a revocation');
        });
      }, signal),
    'jobs.recover': (signal) => journal.recover(signal),
  };
  for (const { id, work } of parts) if (work !== undefined) lasting[`${id}.work`] = work;
  const work = Promise.all(
    Object.entries(lasting).map(([name, run]) => keepUp(name, run, clock, log, stop.signal)),
  );

  return {
    server,
    resources,
    allowHosts: limits.allowHosts,
    setUpToken: () => signIn.issueSetUpToken(database),
    async [Symbol.asyncDispose]() {
      await server.close();
      await journal.stop();
      stop.abort();
      await jobs.stop();
      await work;
      if (Symbol.dispose in docker) (docker as Docker & Disposable)[Symbol.dispose]();
    },
  };
}

function callerOf(broker: AppOptions['broker']): CallBroker {
  if (typeof broker === 'function') return broker;
  return (verb, input, signal) => hostCall(broker.socket, verb, input, { signal });
}

const keepUpMs = 2000;

/** Long-running work that ends or fails before we stop is begun again: the page must not stay silent until a restart. */
async function keepUp(
  name: string,
  run: (signal: AbortSignal) => Promise<unknown>,
  clock: Clock,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await run(signal);
    } catch (error) {
      if (!signal.aborted) log.error({ error, work: name }, 'background work failed and begins again');
    }
    if (!signal.aborted) await clock.sleep(keepUpMs, signal).catch(() => undefined);
  }
}
