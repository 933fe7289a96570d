import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { hasAudit } from '@nebula/audit';
import { ConfigError, givenVariables } from '@nebula/config';
import type { Database } from '@nebula/db';
import { causeChain } from '@nebula/errors';
import { createLog, type Log, registerSecret } from '@nebula/log';
import { createVault } from '@nebula/vault';
import { startApp } from './app.ts';
import { type DashboardConfig, dashboardSettings, readDashboardConfig } from './config.ts';
import { openAppDatabase } from './database.ts';
import { engineFound } from './engine-found.ts';
import { readStoredTexts } from './features/settings/index.ts';
import { type Keys, openKeys } from './keys.ts';

const version = '0.1.0';
const webDir = join(import.meta.dirname, 'web', 'dist');

await main();

async function main(): Promise<void> {
  const config = configOrExit();
  const log = createLog({ service: 'nebula', level: config.logLevel });
  const stopping = whenAskedToStop();
  await using stack = new AsyncDisposableStack();
  try {
    await serve(config, log, stack);
    await stopping;
    log.info({}, 'stopping');
  } catch (error) {
    log.error({ error }, 'could not start');
    tell({ type: 'fatal', message: causeChain(error).join('\n  because ') });
    process.exitCode = 1;
  }
  // What still waits (a job, a slow reader) must not keep the database from being stopped in order.
  const hurry = setTimeout(() => process.exit(process.exitCode ?? 1), 29_000);
  await stack.disposeAsync();
  clearTimeout(hurry);
  if (process.connected) process.disconnect();
}

async function serve(first: DashboardConfig, bootLog: Log, stack: AsyncDisposableStack): Promise<void> {
  const { dataDir, runtimeDir, host, databaseUrl } = first;
  if (databaseUrl !== null) registerSecret(databaseUrl.reveal());
  const opened = stack.use(await openAppDatabase({ url: databaseUrl, dataDir, runtimeDir, log: bootLog }));
  const keys = await openKeys(dataDir, first.acceptsNewKeys || !(await hasAudit(opened.database.sql)));
  const config = await withStored(opened.database, keys, bootLog);
  const log = createLog({ service: 'nebula', level: config.logLevel });
  const tls = tlsOf(config);
  const app = stack.use(
    await startApp({
      database: opened.database,
      keys,
      log,
      version,
      docker: { socket: join(config.brokerDir, 'docker.sock') },
      broker: { socket: join(config.brokerDir, 'host.sock') },
      config,
      environment: givenVariables(dashboardSettings),
      tls,
      webDir: existsSync(webDir) ? webDir : null,
      files: authorityFile(config),
      checksOutput: false,
    }),
  );
  app.allowHosts([...config.lanHosts, ...namesOf(tls)]);
  process.on('message', (message) => {
    const hosts = hostsOfTlsChanged(message);
    const renewed = hosts === null ? null : tlsOf(config);
    if (hosts === null || renewed === null) return;
    app.server.setCertificate(renewed);
    app.allowHosts([...hosts, ...namesOf(renewed)]);
  });
  const port = await app.server.listen(host, config.port);
  const url = `${tls === null ? 'http' : 'https'}://${shownHost(host)}:${port}`;
  const token = await app.setUpToken();
  const docker = await engineFound(app.resources.docker);
  log.info({ url, docker, embedded: opened.embedded !== null }, 'ready');
  tell({
    type: 'ready',
    url,
    setupUrl: token === null ? null : `${url}/set-up#${token}`,
    docker,
    data: dataDir,
    missing: docker.found ? [] : ['Docker'],
  });
  // Kept even when this process is killed: the next start is quicker and needs less memory.
  flushCompileCache();
}

/** The settings with what people stored in the product; the environment still wins. */
async function withStored(database: Database, keys: Keys, log: Log): Promise<DashboardConfig> {
  const vault = createVault({ key: keys.vault });
  const stored = await readStoredTexts(database.sql, { declared: dashboardSettings, vault, log });
  return readDashboardConfig(undefined, stored);
}

function configOrExit(): DashboardConfig {
  try {
    return readDashboardConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    tell({ type: 'fatal', message: error.message });
    process.stderr.write(`${error.message}\n`);
    process.exit(78);
  }
}

/** Resolves on SIGTERM, SIGINT, or when the launcher that started us is gone. */
function whenAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve());
    if (process.connected) process.once('disconnect', () => resolve());
  });
}

/** The launcher says so after it has renewed the certificate files, with the names and addresses it renewed them for. */
function hostsOfTlsChanged(message: unknown): string[] | null {
  if (typeof message !== 'object' || message === null || !('type' in message)) return null;
  if (message.type !== 'tls-changed') return null;
  return 'hosts' in message && Array.isArray(message.hosts) ? message.hosts.map(String) : [];
}

function tell(message: object): void {
  process.send?.(message);
}

function tlsOf({ tlsCert, tlsKey }: DashboardConfig): { cert: string; key: string } | null {
  if (tlsCert === undefined || tlsKey === undefined) return null;
  return { cert: readFileSync(tlsCert, 'utf8'), key: readFileSync(tlsKey, 'utf8') };
}

function authorityFile({
  authorityFile: path,
}: DashboardConfig): Record<string, { type: string; content: string }> {
  if (path === undefined) return {};
  const file = { type: 'application/x-pem-file', content: readFileSync(path, 'utf8') };
  return { '/authority.pem': file };
}

/** What the certificate itself names, as a Host header writes it: a certificate of one's own comes without a launcher. */
function namesOf(tls: { cert: string } | null): string[] {
  const names = tls === null ? '' : (new X509Certificate(tls.cert).subjectAltName ?? '');
  return names.split(', ').flatMap((entry) => {
    const [kind, name = ''] = entry.split(/:(.*)/s);
    if (kind === 'DNS') return [name.toLowerCase()];
    if (kind !== 'IP Address') return [];
    return [isIPv6(name) ? new URL(`http://[${name}]`).hostname : name];
  });
}

function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
