import { setTimeout as sleep } from 'node:timers/promises';
import { letConnectionsMove } from '@nebula/testbed';
import type { BenchOptions, Figure } from './bench.ts';
import { type ServedDomains, serveDomains } from './served-domains.ts';
import { shortly, visitSite } from './visits.ts';

const patienceMs = 300_000;
const probeEveryMs = 10;

/**
 * R9: certificates are renewed on request, one after the other, while the name is visited a hundred times a second, and
 * the others together as often, on connections of their own, with the certificate judged. The kernel hands connections over as `nebula doctor`
 * wants it, where it may be told so.
 */
export async function run({ quick, signal }: BenchOptions): Promise<Figure[]> {
  using moving = letConnectionsMove();
  await using served = await serveDomains(quick ? 5 : 20, signal);
  const { domains } = served;
  const renewals = quick ? 1 : 10;
  const own = counts();
  const others = counts();
  for (const { id, name } of domains.slice(0, renewals)) {
    signal.throwIfAborted();
    const rest = domains.filter((domain) => domain.id !== id).map((domain) => domain.name);
    const visiting = new AbortController();
    const visitors = [
      visit(served, [name], own, visiting.signal),
      visit(served, rest, others, visiting.signal),
    ];
    try {
      await renew(served, id, signal);
    } finally {
      visiting.abort();
      await Promise.all(visitors);
    }
    process.stderr.write('.');
  }
  process.stderr.write('\n');
  const scope = `${renewals} renewals of ${domains.length} domains, two loads each; Caddy 2.6.2, net.ipv4.tcp_migrate_req ${moving.isOn ? 'on' : 'off'}`;
  return [
    ['TLS probes of a name that fail while its certificate is renewed on request', own] as const,
    ['TLS probes of the other names that fail meanwhile', others] as const,
  ].map(([what, { visits, failed }]) => {
    const figure = [...failed.values()].reduce((sum, each) => sum + each, 0);
    const why = [...failed].map(([text, often]) => `; ${often} × ${text}`).join('');
    const detail = `${visits} probes, ${scope}${why}`;
    return { id: 'R9', what, figure, unit: 'probes', target: '0', met: figure === 0, detail };
  });
}

interface Counts {
  visits: number;
  /** How often each reason was seen. */
  failed: Map<string, number>;
}

const counts = (): Counts => ({ visits: 0, failed: new Map() });

async function visit(
  { edge, root }: ServedDomains,
  names: readonly string[],
  counted: Counts,
  signal: AbortSignal,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  for (let n = 0; !signal.aborted; n += 1) {
    const probe = visitSite(names[n % names.length] ?? '', edge.caddy.httpsPort, root)
      .then(({ isTrusted }) => (isTrusted ? null : 'a certificate that is not trusted'), shortly)
      .then((why) => {
        counted.visits += 1;
        if (why !== null) counted.failed.set(why, (counted.failed.get(why) ?? 0) + 1);
      })
      .finally(() => underWay.delete(probe));
    underWay.add(probe);
    await sleep(probeEveryMs);
  }
  await Promise.all(underWay);
}

/** Renews the certificate of one domain and waits until it is done. */
async function renew({ call }: ServedDomains, id: string, signal: AbortSignal): Promise<void> {
  await call('POST', `/domains/${id}/ssl/renew`);
  for (const end = Date.now() + patienceMs; ; await sleep(250)) {
    const { items } = await call<{ items: { state: string; error: string | null }[] }>(
      'GET',
      `/domains/${id}/tasks`,
    );
    if (items[0]?.state === 'succeeded') return;
    if (items[0]?.state === 'failed') throw new Error(`the renewal failed: ${items[0].error}`);
    signal.throwIfAborted();
    if (Date.now() > end) throw new Error('the renewal does not end');
  }
}
