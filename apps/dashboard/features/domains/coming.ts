import type { Clock } from '@nebula/clock';
import type { Route } from '@nebula/proxy';

/** A route as the next load would have it. */
export interface RouteRow {
  id: string;
  route: Route;
  /** As it was last proven to be served; null when it never was. */
  goodRoute: Route | null;
  /** Whether a certificate of this very name was seen. */
  isCertified: boolean;
}

/** What of the wanted routes a load may have. */
export interface Choice<Row> {
  rows: Row[];
  /** Ids of routes that a later load brings. */
  postponed: ReadonlySet<string>;
}

/**
 * Certificates that the proxy orders by itself, from the load that has it order them until they are seen. A load meanwhile would
 * cancel the orders, so it waits for them.
 */
export interface Coming {
  /**
   * Chooses what to load. The first order at an authority makes the proxy's account there; several at once make several, and
   * Caddy 2.6 may keep the key of one with the name of another, for ever. So a first order goes alone.
   *
   * @param running ids of the routes that the proxy has
   * @param unserved ids of those that it did not take when they were last loaded, whose turn comes after others
   */
  choose<Row extends RouteRow>(
    rows: readonly Row[],
    running: ReadonlySet<string>,
    unserved: ReadonlyMap<string, string>,
  ): Choice<Row>;
  /** Takes note of what a load had the proxy order; `renewed` are names whose certificates it renews. */
  noteLoaded(rows: readonly RouteRow[], renewed: readonly string[]): void;
  /** The certificate of a name was seen. */
  noteSeen(host: string): void;
  /** Nobody waits for the certificate of a name any more. */
  giveUp(host: string): void;
  /** Names whose certificates are on their way. */
  names(): string[];
}

/** Longest wait (ms) for a certificate: authorities take some seconds, and other changes wait. */
export const comingMs = 30_000;
/** More for each name (ms): Caddy begins ten orders in ten seconds. */
const eachMs = 1000;

/** Nothing is on its way yet. */
export function createComing(clock: Clock): Coming {
  /** By name, until when (ms) it is waited for, and where it is ordered; null for a renewal. */
  const coming = new Map<string, { until: number; authority: string | null }>();
  /** Authorities at which the proxy has an account. */
  const known = new Set<string>();
  /** What is or was waited for: by name, the authorities. */
  const awaited = new Map<string, Set<string>>();

  /** Waits for the certificates of routes, once for each at an authority. */
  function wait(rows: readonly RouteRow[]): void {
    const orders = rows.flatMap((row) => {
      const authority = orderedAt(row.route);
      if (authority === null) return [];
      const names = wholeNames(row.route).filter((host) => awaited.get(host)?.has(authority) !== true);
      return names.map((host) => ({ host, authority }));
    });
    const until = clock.now().getTime() + comingMs + eachMs * orders.length;
    for (const { host, authority } of orders) {
      awaited.set(host, (awaited.get(host) ?? new Set()).add(authority));
      coming.set(host, { until, authority });
    }
  }

  return {
    choose(rows, running, unserved) {
      for (const row of rows) {
        const authority = orderedAt(row.route);
        if (authority !== null && row.isCertified && !isNewAt(row, authority)) known.add(authority);
      }
      // Of an earlier process, or of a load that was cut short.
      const begunBefore = rows.filter((row) => running.has(row.id) && !row.isCertified);
      wait(begunBefore.map((row) => ({ ...row, route: row.goodRoute ?? row.route })));
      const busy = new Set([...coming.values()].map(({ authority }) => authority));
      // What the proxy has already stays: no site is taken away for the certificate of another.
      const firsts = rows.filter((row) => {
        const authority = orderedAt(row.route);
        const isThere = running.has(row.id) && row.goodRoute === null;
        return authority !== null && !known.has(authority) && isNewAt(row, authority) && !isThere;
      });
      const postponed = new Set<string>();
      for (const isSecondTry of [false, true]) {
        for (const { id, route } of firsts.filter((row) => unserved.has(row.id) === isSecondTry)) {
          const authority = orderedAt(route);
          if (busy.has(authority)) postponed.add(id);
          busy.add(authority);
        }
      }
      const chosen = rows.flatMap((row) => {
        if (!postponed.has(row.id)) return [row];
        return row.goodRoute === null ? [] : [{ ...row, route: row.goodRoute }];
      });
      return { rows: chosen, postponed };
    },
    noteLoaded(rows, renewed) {
      wait(
        rows.filter((row) => {
          const authority = orderedAt(row.route);
          return authority !== null && (!row.isCertified || isNewAt(row, authority));
        }),
      );
      const until = clock.now().getTime() + comingMs + eachMs * renewed.length;
      for (const host of renewed) coming.set(host, { until, authority: null });
    },
    noteSeen(host) {
      const authority = coming.get(host)?.authority ?? null;
      if (authority !== null) known.add(authority);
      coming.delete(host);
    },
    giveUp(host) {
      awaited.delete(host);
      coming.delete(host);
    },
    names() {
      const now = clock.now().getTime();
      for (const [host, { until, authority }] of coming) {
        if (until > now) continue;
        // By then there is an account, unless the authority is away; nobody could wait for that.
        if (authority !== null) known.add(authority);
        coming.delete(host);
      }
      return [...coming.keys()];
    },
  };
}

/** Whether the proxy has not ordered a certificate of a route at this authority before. */
function isNewAt({ goodRoute }: RouteRow, authority: string): boolean {
  return goodRoute === null || orderedAt(goodRoute) !== authority;
}

function wholeNames({ hosts }: Route): string[] {
  return hosts.filter((host) => !host.startsWith('*.'));
}

/** Where the proxy orders the certificates of a route by itself, as a text; null where it orders none. */
function orderedAt(route: Route): string | null {
  const { certificate } = route;
  if (certificate.kind !== 'automatic' || wholeNames(route).length === 0) return null;
  const authorities = certificate.issuers.filter(({ kind }) => kind === 'acme');
  if (authorities.length === 0 && certificate.issuers.length > 0) return null;
  return JSON.stringify(authorities);
}
