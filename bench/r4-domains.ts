import { setTimeout as sleep } from 'node:timers/promises';
import { type Product, startProduct } from '@nebula/testbed';
import { ordering, startEdge } from '../apps/dashboard/features/domains/testing.ts';
import type { BenchOptions, Figure } from './bench.ts';
import { type Call, drillOrder, type Findings, type KillPoint, orderCuts } from './order-drill.ts';
import { askWithKey, ownerKey } from './owner.ts';

const patienceMs = 120_000;
const steps = ['validate', 'address', 'record', 'propagate', 'route', 'apply', 'certificate', 'verify'];

interface Task {
  id: string;
  state: string;
  finishedAt: string | null;
  steps: { name: string; state: string }[];
}

/**
 * R4 for domains: the server is killed while runs provision a domain (at each of the eight steps, and at random instants) and
 * while they take one down, and while NebulaCommand orders a certificate by either proof; every run must end well, with one
 * record, one route, one certificate and one order, and none after the end.
 */
export async function run({ quick, rounds = quick ? 1 : 20, signal }: BenchOptions): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack();
  const edge = stack.use(await startEdge());
  const { caddy, environment, powerDns, upstreamPort, zone } = edge;
  const product = stack.use(
    await startProduct({
      env: {
        ...environment,
        ...ordering(edge),
        NEBULA_CADDY_ADMIN: caddy.adminSocket,
        NEBULA_REQUESTS_PER_MINUTE: '1000000',
      },
    }),
  );
  const call = caller(product, await ownerKey(product, ['*', 'account:skip-step-up']));
  const provider = await call<{ id: string }>('POST', '/dns/providers', {
    name: 'PowerDNS',
    settings: { kind: 'powerdns', url: powerDns.url },
    secrets: { apiKey: powerDns.apiKey },
  });
  const found: Findings = { stuck: [], orphans: [] };
  /** When the server was killed. */
  const kills: number[] = [];
  const kill = async (runId: string, at: KillPoint) => {
    if (await isCut(product, call, runId, at)) kills.push(Date.now());
  };

  async function drill(name: string, at: string | number, kind: 'provision' | 'remove'): Promise<void> {
    signal.throwIfAborted();
    await apart(kills);
    const domain = await call<{ id: string }>('POST', '/domains', {
      name,
      target: { kind: 'addresses', upstreams: [{ host: '127.0.0.1', port: upstreamPort }] },
      dns: { kind: 'provider', providerId: provider.id, zone },
    });
    const first = await call<{ runId: string }>('POST', `/domains/${domain.id}/provision`, {});
    if (kind === 'provision') await kill(first.runId, at);
    if (!(await endsWell(call, first.runId))) found.stuck.push(`${name} at ${at}`);
    const records = await powerDns.rrset(zone, name, 'A');
    if (records.join() !== '127.0.0.1')
      found.orphans.push(`${name} has the records ${records.join() || 'none'}`);
    const { runId } = await call<{ runId: string }>('DELETE', `/domains/${domain.id}?name=${name}`);
    if (kind === 'remove') await kill(runId, at);
    if (!(await endsWell(call, runId))) found.stuck.push(`removal of ${name} at ${at}`);
    if ((await powerDns.rrset(zone, name, 'A')).length > 0) found.orphans.push(`record of ${name}`);
  }

  const ground = {
    ...{ edge, call, found, kill },
    endsWell: (runId: string) => endsWell(call, runId),
  };

  /** Cuts the order of a certificate short, with the proof in the zone or, where its records are kept elsewhere, in the proxy. */
  async function drillCertificate(name: string, cut: (typeof orderCuts)[number], isByZone: boolean) {
    signal.throwIfAborted();
    await apart(kills);
    if (!isByZone) await powerDns.put(zone, { name, type: 'A', ttl: 60, values: ['127.0.0.1'] });
    const domain = await call<{ id: string }>('POST', '/domains', {
      name,
      target: { kind: 'addresses', upstreams: [{ host: '127.0.0.1', port: upstreamPort }] },
      dns: isByZone ? { kind: 'provider', providerId: provider.id, zone } : { kind: 'elsewhere' },
    });
    const first = await call<{ runId: string }>('POST', `/domains/${domain.id}/provision`, {});
    if (!(await endsWell(call, first.runId))) throw new Error(`${name} could not be provisioned`);
    await drillOrder(ground, { id: domain.id, name }, cut);
    const { runId } = await call<{ runId: string }>('DELETE', `/domains/${domain.id}?name=${name}`);
    if (!(await endsWell(call, runId))) found.stuck.push(`removal of ${name}`);
  }

  for (let round = 0; round < rounds; round += 1) {
    for (const cut of orderCuts) {
      await drillCertificate(`zone-${cut}-${round}.${zone}`, cut, true);
      await drillCertificate(`proxy-${cut}-${round}.${zone}`, cut, false);
    }
    for (const step of steps) await drill(`${step}-${round}.${zone}`, step, 'provision');
    for (const step of ['look', 'route', 'records', 'forget']) {
      await drill(`down-${step}-${round}.${zone}`, step, 'remove');
    }
    await drill(`random-${round}.${zone}`, Math.random() * 2000, 'provision');
  }
  const left = routesIn(await caddy.admin('GET', '/config/'));
  found.orphans.push(...left.map((id) => `route ${id}`));
  const scope = `${kills.length} kills of the server while domains were provisioned, certificates ordered and domains taken down, ${rounds} at each step`;
  return [figure('stuck', found.stuck, scope), figure('orphan records and routes', found.orphans, scope)];
}

function figure(what: string, list: string[], scope: string): Figure {
  return {
    id: 'R4',
    what: `kill -9 while domains are provisioned and certificates ordered: ${what}`,
    figure: list.length,
    unit: 'count',
    target: '0',
    met: list.length === 0,
    detail: list.length === 0 ? scope : `${scope}; ${list.slice(0, 5).join('; ')}`,
  };
}

/** Calls the API, also while the server is starting again. */
function caller(product: Product, key: string): Call {
  return async <T>(method: string, path: string, body?: unknown) => {
    const end = Date.now() + patienceMs;
    for (;;) {
      try {
        const response = await askWithKey(product, key, method, path, body);
        if (response.ok) return (await response.json()) as T;
        if (response.status !== 503 || Date.now() > end) {
          throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
        }
      } catch (error) {
        if (!(error instanceof TypeError) || Date.now() > end) throw error;
      }
      await sleep(50);
    }
  };
}

/** The launcher gives up a server that dies five times in a minute; a drill kills it twice at most. */
async function apart(kills: readonly number[]): Promise<void> {
  while (kills.filter((at) => Date.now() - at < 60_000).length > 2) await sleep(500);
}

/** Kills the server at a point of the run; answers whether the run was still under way. */
async function isCut(product: Product, call: Call, runId: string, at: KillPoint): Promise<boolean> {
  if (typeof at === 'number') await sleep(at);
  const end = Date.now() + patienceMs;
  for (;;) {
    const run = await call<Task>('GET', `/jobs/runs/${runId}`);
    if (run.finishedAt !== null) return false;
    if (typeof at === 'number' || Date.now() > end || (await isThere(run, at))) break;
    await sleep(5);
  }
  const { server } = product.processes();
  // None while it starts again.
  if (server === 0) return false;
  process.kill(server, 'SIGKILL');
  return true;
}

async function isThere(run: Task, at: Exclude<KillPoint, number>): Promise<boolean> {
  if (typeof at !== 'string') return await at();
  const step = run.steps.find(({ name }) => name === at);
  return step !== undefined && step.state !== 'pending';
}

async function endsWell(call: Call, runId: string): Promise<boolean> {
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    const run = await call<Task>('GET', `/jobs/runs/${runId}`);
    if (run.finishedAt !== null) return run.state === 'succeeded';
    await sleep(50);
  }
  return false;
}

/** Ids of what is ours in the proxy's configuration. */
function routesIn(config: string): string[] {
  return [...config.matchAll(/"@id":"(nebula-[^"]+)"/g)].map(([, id = '']) => id);
}
