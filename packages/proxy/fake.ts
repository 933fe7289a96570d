import { DriverError } from '@nebula/errors';
import type { Applied, Changes, ForeignRoute, ImportedSite, Proxy, UpstreamTraffic } from './index.ts';
import { canonical, type Json } from './json.ts';
import { dialOf, problemsOf, type Route } from './route.ts';

/** A proxy in memory that tests can fill, stop and watch. */
export interface FakeProxy extends Proxy {
  /** What it serves of ours just now. */
  readonly served: Route[];
  /** How often a configuration was loaded. */
  readonly loads: number;
  /** Hosts whose certificates were to be renewed at once. */
  readonly renewals: string[];
  putForeign(route: ForeignRoute): void;
  setAway(isAway: boolean): void;
  /** Routes that it refuses from now on, with its reason; null refuses none. */
  refuse(which: ((route: Route) => string | null) | null): void;
  /** Called before each load; what it throws is what the caller gets. */
  onLoad(hook: (() => void | Promise<void>) | null): void;
  setSites(sites: ImportedSite[]): void;
  setTraffic(traffic: UpstreamTraffic[]): void;
  /** How often each upstream was held off, by `host:port`. */
  readonly holds: ReadonlyMap<string, number>;
  /** What a visitor of a name gets. */
  visit(host: string, path?: string): Promise<{ status: number; body: string; location: string | null }>;
}

/** See {@link FakeProxy}. */
export function fakeProxy(): FakeProxy {
  let served: Route[] = [];
  let foreign: ForeignRoute[] = [];
  let loads = 0;
  let isAway = false;
  let refusal: ((route: Route) => string | null) | null = null;
  let hook: (() => void | Promise<void>) | null = null;
  let sites: ImportedSite[] = [];
  let traffic: UpstreamTraffic[] = [];
  const renewals: string[] = [];
  const holds = new Map<string, number>();

  function ask(): void {
    if (isAway) throw new DriverError('unavailable', 'Caddy does not answer.');
  }

  async function load(next: Route[], nextForeign: ForeignRoute[]): Promise<void> {
    await hook?.();
    ask();
    served = next;
    foreign = nextForeign;
    loads += 1;
  }

  return {
    get served() {
      return served;
    },
    get loads() {
      return loads;
    },
    renewals,
    holds,
    putForeign: (route) => void foreign.push(route),
    setAway: (away) => void (isAway = away),
    refuse: (which) => void (refusal = which),
    onLoad: (next) => void (hook = next),
    setSites: (next) => void (sites = next),
    setTraffic: (next) => void (traffic = next),
    async visit(host, path = '/') {
      const target = served.find(({ hosts }) => hosts.includes(host))?.target;
      if (target === undefined) throw new Error(`Nothing answers for ${host}.`);
      if (target.kind === 'redirect') {
        const location = target.keepsPath ? `${target.to}${path}` : target.to;
        return { status: target.status, body: '', location };
      }
      if (target.kind === 'answer') return { status: target.status, body: target.body, location: null };
      return { status: 200, body: target.kind, location: null };
    },
    async state() {
      ask();
      return {
        version: `"${loads}"`,
        ours: served.map(({ id }) => id),
        foreign,
        httpPort: 80,
        httpsPort: 443,
      };
    },
    async capabilities() {
      ask();
      return { keepsStreams: true };
    },
    async apply(wanted, { renewNow = [], beforeLoad }) {
      ask();
      const refused: Applied['refused'] = [];
      const next = wanted.flatMap(({ route, lastGood, problem }) => {
        const reason = problem ?? problemsOf(route)[0] ?? refusal?.(route) ?? null;
        if (reason === null) return [route];
        refused.push({ id: route.id, reason });
        const running = served.find(({ id }) => id === route.id) ?? null;
        const stays = problem === undefined ? (lastGood ?? running) : (running ?? lastGood);
        if (stays === null || problem === undefined) return stays ?? [];
        const { answers: _running, ...kept } = stays;
        return [{ ...kept, ...(route.answers === undefined ? {} : { answers: route.answers }) }];
      });
      renewals.push(...renewNow);
      if (renewNow.length === 0 && isSameRoutes(next, served)) {
        return { isChanged: false, refused, before: null };
      }
      const before = { config: plain({ served, foreign }) };
      await beforeLoad?.({
        ...changesOf(served, next, renewNow),
        refused: refused.map(({ id }) => id),
      });
      await load(next, foreign);
      return { isChanged: true, refused, before };
    },
    async checkSnippet(snippet) {
      ask();
      return snippet.includes('nonsense') ? 'line 1: unrecognized directive: nonsense' : null;
    },
    async backup() {
      ask();
      return { config: plain({ served, foreign }) };
    },
    async restore({ config }) {
      ask();
      const backup: { served: Route[]; foreign: ForeignRoute[] } = JSON.parse(JSON.stringify(config));
      await load(backup.served, backup.foreign);
    },
    async readCaddyfile() {
      ask();
      return sites;
    },
    async traffic() {
      ask();
      return traffic.map((one) => ({ ...one, fails: one.fails + (holds.get(one.address) ?? 0) }));
    },
    async holdOff({ options, target }, upstream) {
      ask();
      const dial = dialOf(upstream);
      const several = target.kind === 'upstreams' && target.upstreams.length > 1 ? target.upstreams : [];
      if (options.drainKey === undefined || several.every((each) => dialOf(each) !== dial)) {
        throw new DriverError('unsupported', `${dial} is not one of several upstreams.`);
      }
      holds.set(dial, (holds.get(dial) ?? 0) + 1);
    },
  };
}

function isSameRoutes(one: readonly Route[], other: readonly Route[]): boolean {
  return canonical(plain(one)) === canonical(plain(other));
}

function changesOf(
  before: readonly Route[],
  after: readonly Route[],
  renewNow: readonly string[],
): Omit<Changes, 'refused'> {
  const ids = [...new Set([...before, ...after].map(({ id }) => id))];
  const differ = (what: (route: Route) => unknown) =>
    ids.filter((id) => {
      const [old, next] = [before, after].map((routes) => routes.find((route) => route.id === id));
      const renews = next?.hosts.some((host) => renewNow.includes(host)) === true;
      const [one, other] = [old, next].map((route) =>
        canonical(plain(route === undefined ? null : what(route))),
      );
      return renews || one !== other;
    });
  return { changed: differ((route) => route), certificates: differ(({ certificate }) => certificate) };
}

function plain(value: unknown): Json {
  const copy: Json = JSON.parse(JSON.stringify(value));
  return copy;
}
