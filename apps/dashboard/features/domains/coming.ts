import type { Clock } from '@nebula/clock';
import type { Route } from '@nebula/proxy';

/** A route as the next load would have it. */
export interface Ordering {
  id: string;
  route: Route;
  /** Null of one that was never served. */
  goodRoute: Route | null;
  /** Whether a certificate of it was seen. */
  isCertified: boolean;
}

/** Certificates that the proxy orders by itself, between the load that has it order them and the moment they are there. */
export interface Coming {
  /** The next load has the proxy order a certificate of this name. */
  order(host: string): void;
  /**
   * Chooses what to load. The first order at an authority makes the proxy's account there, and several at once make several of
   * which Caddy 2.6 may keep the key of one with the name of another, for ever; so a first order goes alone.
   */
  choose<Row extends Ordering>(rows: readonly Row[]): { rows: Row[]; postponed: ReadonlySet<string> };
  /** What was chosen is loaded: what was ordered, and is not among these ids that are not served, is on its way. */
  loaded(rows: readonly Ordering[], isChanged: boolean, unserved: ReadonlyMap<string, string>): void;
  arrived(host: string): void;
  /** Names whose certificates are on their way. */
  names(): string[];
}

/** For which a certificate is waited for at most: an authority takes a few seconds, and other changes wait. */
export const comingMs = 30_000;

/** Nothing is on its way yet. */
export function createComing(clock: Clock): Coming {
  const ordered = new Set<string>();
  /** By name, until when (ms) it is waited for, and where it is ordered. */
  const coming = new Map<string, { until: number; account: string }>();
  /** Authorities at which something was ordered. */
  const known = new Set<string>();

  function end(host: string): void {
    const entry = coming.get(host);
    if (entry === undefined) return;
    known.add(entry.account);
    coming.delete(host);
  }

  return {
    order: (host) => void ordered.add(host),
    choose(rows) {
      const begun = new Set<string>();
      const postponed = new Set<string>();
      for (const { route, goodRoute, isCertified } of rows) {
        const account = accountOf(route);
        if (account !== null && isCertified && goodRoute !== null) known.add(account);
      }
      const chosen = rows.filter(({ route, goodRoute }) => {
        const account = accountOf(route);
        if (account === null || goodRoute !== null || known.has(account)) return true;
        // One that nobody has asked for comes with the load that somebody does.
        if (!begun.has(account) && route.hosts.some((host) => ordered.has(host))) {
          begun.add(account);
          return true;
        }
        for (const host of route.hosts) postponed.add(host);
        return false;
      });
      return { rows: chosen, postponed };
    },
    loaded(rows, isChanged, unserved) {
      const until = clock.now().getTime() + comingMs;
      for (const { id, route, goodRoute } of rows) {
        const hosts = route.hosts.filter((host) => ordered.delete(host));
        const account = accountOf(route);
        if (account === null) continue;
        if (isChanged && !unserved.has(id)) for (const host of hosts) coming.set(host, { until, account });
        // Nobody says when this one comes.
        else if (goodRoute === null) known.add(account);
      }
    },
    arrived: end,
    names() {
      const now = clock.now().getTime();
      for (const [host, { until }] of coming) if (until <= now) end(host);
      return [...coming.keys()];
    },
  };
}

/** Where the proxy orders certificates of a route by itself: an account of it there; null where it orders none. */
function accountOf({ certificate, hosts }: Route): string | null {
  if (certificate.kind !== 'automatic' || hosts.every((host) => host.startsWith('*.'))) return null;
  const authorities = certificate.issuers.filter(({ kind }) => kind === 'acme');
  if (authorities.length === 0 && certificate.issuers.length > 0) return null;
  return JSON.stringify(authorities);
}
