import {
  afterFailure,
  type AuthorityState,
  chooseOrder,
  decide,
  type Keeper,
  type Life,
  type Method,
  shareOf,
  shares,
  wellAuthority,
} from '@nebula/acme';
import { TestClock } from '@nebula/clock/testing';
import { DriverError } from '@nebula/errors';
import type { BenchOptions, Figure } from './bench.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** How often the product looks at every certificate. */
const lookMs = 5 * 60_000;
const days = 400;
const lives = [6, 47, 64, 90];
const outageShare = 0.1;
/** The longest outage; a first take-over at 80 % of six days leaves 28.8 hours. */
const longestOutageMs = 24 * hourMs;
const authorities = [
  { directory: 'https://first.test/', staging: 'https://staging.test/' },
  { directory: 'https://second.test/', staging: null },
];
const places = [...authorities.flatMap(({ directory, staging }) => [directory, staging ?? []].flat()), 'dns'];

/**
 * R6: days pass in no time over many certificates, whose authorities and DNS are away a tenth of the time, with the code that
 * decides in the product; counts the seconds in which visitors would have met an expired certificate.
 */
export async function run({ quick, signal }: BenchOptions): Promise<Figure[]> {
  const domains = quick ? 40 : 200;
  const stepMs = quick ? 3 * lookMs : lookMs;
  const figures: Figure[] = [];
  for (const proxy of ['renews', 'never renews'] as const) {
    const told = await warp({
      domains,
      stepMs,
      isProxyRenewing: proxy === 'renews',
      seed: 20_260_101,
      signal,
    });
    figures.push({
      id: 'R6',
      what: `${days} days, ${domains} domains, the proxy ${proxy}: seconds expired`,
      figure: told.expiredSeconds,
      unit: 's',
      target: '0',
      met: told.expiredSeconds === 0,
      detail: `lives of ${lives.join(', ')} days; both authorities, a staging and DNS each away 10 % of the time, up to 24 h at once; ${told.orders} certificates ordered from here, ${told.failed} tries failed, ${told.rehearsals} rehearsed, ${told.takenOver} taken over, ${told.byProxy} renewed by the proxy; the oldest reached ${Math.round(told.worstShare * 100)} % of its life`,
    });
  }
  return figures;
}

interface World {
  domains: number;
  stepMs: number;
  isProxyRenewing: boolean;
  seed: number;
  signal: AbortSignal;
}

interface Site {
  lifeMs: number;
  keeper: Keeper;
  certificate: Life & { fingerprint: string };
  hasWindow: boolean;
  methods: Method[];
  failures: number;
  lastFailureAt: Date | null;
  /** Orders that failed since the last success, the newest first. */
  failed: { directory: string; fault: 'proof' | 'authority' }[];
}

async function warp({ domains, stepMs, isProxyRenewing, seed, signal }: World) {
  const random = randomFrom(seed);
  const clock = new TestClock();
  const begin = clock.now().getTime();
  const end = begin + days * dayMs;
  const away = new Map(places.map((name) => [name, outages(begin, end, random)]));
  const isAway = (name: string, at: number) => away.get(name)?.(at) ?? false;
  const states = new Map<string, AuthorityState>();
  const stateOf = (directory: string) => states.get(directory) ?? wellAuthority;
  const told = {
    expiredSeconds: 0,
    orders: 0,
    failed: 0,
    rehearsals: 0,
    takenOver: 0,
    byProxy: 0,
    worstShare: 0,
  };
  let serial = 0;

  const issued = (lifeMs: number, at: number, age = 0) => {
    serial += 1;
    return {
      notBefore: new Date(at - age).toISOString(),
      notAfter: new Date(at - age + lifeMs).toISOString(),
      fingerprint: (Math.imul(serial, 2_654_435_761) >>> 0).toString(16).padStart(8, '0'),
    };
  };
  const sites = Array.from({ length: domains }, (_, index): Site => {
    const lifeMs = (lives[index % lives.length] ?? 90) * dayMs;
    return {
      ...{ lifeMs, keeper: 'proxy', certificate: issued(lifeMs, begin, lifeMs * shares.due * random()) },
      hasWindow: index % 2 === 0,
      // A wildcard can only be proven by DNS.
      methods: index % 3 === 0 ? ['dns-01'] : index % 3 === 1 ? ['dns-01', 'http-01'] : ['http-01'],
      ...{ failures: 0, lastFailureAt: null, failed: [] },
    };
  });

  /** One piece of work of `obtain`: the product chooses, and authorities and name servers are only away or there. */
  function order(site: Site, now: Date): boolean {
    const rehearsed: string[] = [];
    for (let failures = 0; failures < authorities.length; ) {
      const { methods, failed } = site;
      const { authority, method, directory, isRehearsal } = chooseOrder({
        ...{ authorities, methods, failed, rehearsed, stateOf, now },
      });
      if (authority === null || method === null) return false;
      const isProofAway = method === 'dns-01' && isAway('dns', now.getTime());
      if (isAway(directory, now.getTime())) {
        const error = new DriverError('unavailable', 'It is away.');
        states.set(directory, afterFailure(stateOf(directory), error, now));
        failed.unshift({ directory, fault: 'authority' });
        failures += 1;
      } else if (isProofAway) {
        failed.unshift({ directory, fault: 'proof' });
        failures += 1;
      } else {
        states.set(directory, wellAuthority);
        if (!isRehearsal) return true;
        told.rehearsals += 1;
        rehearsed.push(directory);
      }
    }
    return false;
  }

  for (let at = begin; at < end; at += stepMs) {
    signal.throwIfAborted();
    await clock.advance(at - clock.now().getTime());
    const now = clock.now();
    for (const site of sites) {
      const { certificate } = site;
      const share = shareOf(certificate, now);
      told.worstShare = Math.max(told.worstShare, share);
      // What was over since the step before.
      const over = at - Math.max(at - stepMs, Date.parse(certificate.notAfter));
      if (over > 0) told.expiredSeconds += Math.round(Math.min(over, stepMs) / 1000);
      if (site.keeper === 'proxy' && isProxyRenewing && share >= shares.due) {
        if (!isAway(authorities[0]?.directory ?? '', at) && !isAway('dns', at)) {
          site.certificate = issued(site.lifeMs, at);
          told.byProxy += 1;
          continue;
        }
      }
      const decision = decide({
        ...{ now, keeper: site.keeper, certificate, missingSince: null },
        ...{ failures: site.failures, lastFailureAt: site.lastFailureAt },
        window: site.hasWindow ? windowOf(certificate) : null,
      });
      if (decision.act === 'wait') continue;
      if (!order(site, now)) {
        site.failures += 1;
        site.lastFailureAt = now;
        told.failed += 1;
        continue;
      }
      told.orders += 1;
      if (decision.act === 'take-over') told.takenOver += 1;
      site.certificate = issued(site.lifeMs, at);
      Object.assign(site, {
        keeper: 'nebula',
        failures: 0,
        lastFailureAt: null,
        failed: [],
      });
    }
  }
  return told;
}

/** The window that an authority tells: some time after two thirds. */
function windowOf({ notBefore, notAfter }: Life): { start: Date; end: Date } {
  const from = Date.parse(notBefore);
  const life = Date.parse(notAfter) - from;
  return { start: new Date(from + life * 0.66), end: new Date(from + life * 0.7) };
}

/** Outages that fill a tenth of the time, each up to a day long; answers whether an instant lies in one. */
function outages(begin: number, end: number, random: () => number): (at: number) => boolean {
  const spans: [from: number, to: number][] = [];
  const mean = longestOutageMs / 2;
  for (let at = begin; at < end; ) {
    const from = at + mean * ((1 - outageShare) / outageShare) * 2 * random();
    const to = from + longestOutageMs * random();
    spans.push([from, to]);
    at = to;
  }
  let next = 0;
  return (at) => {
    while (next < spans.length - 1 && (spans[next]?.[1] ?? 0) < at) next += 1;
    const [from, to] = spans[next] ?? [0, 0];
    return at >= from && at <= to;
  };
}

/** The same numbers for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
