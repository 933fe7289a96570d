import type { Clock } from '@nebula/clock';
import type { Changes, Route } from '@nebula/proxy';

/** A route as the next load would have it. */
export interface RouteRow {
  id: string;
  route: Route;
  /** As it was last proven to be served; null when it never was. */
  goodRoute: Route | null;
  /** Names of the certificate that was last seen for it. */
  seenNames: readonly string[];
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
   */
  choose<Row extends RouteRow>(rows: readonly Row[], running: ReadonlySet<string>): Choice<Row>;
  /**
   * Takes note of what a load is about to have the proxy order; `renewed` are names whose certificates it renews. Answers the ids
   * of the routes for which something is ordered.
   */
  noteLoading(
    rows: readonly RouteRow[],
    running: ReadonlySet<string>,
    changes: Changes,
    renewed: readonly string[],
  ): ReadonlySet<string>;
  /** The proxy did not take a route, be it one for which it should have ordered something; others have their turn. */
  noteRefused(row: RouteRow, wasOrdered: boolean): void;
  /** The certificate that is shown for a name was seen, with the names that it has. */
  noteSeen(host: string, names: readonly string[]): void;
  /** Nobody waits for the certificate of a name any more. */
  giveUp(host: string): void;
  /** Names whose certificates are on their way, of routes that the proxy has. */
  names(running?: ReadonlySet<string>): string[];
}

/** Longest wait (ms) for a certificate: authorities take some seconds, and other changes wait. */
export const comingMs = 30_000;
/** More for each name (ms), since Caddy begins ten orders in ten seconds; two minutes for all of them at most. */
const eachMs = 1000;
const mostMs = 120_000;

/** Nothing is on its way yet. */
export function createComing(clock: Clock): Coming {
  /** By name: of which route, until when (ms) it is waited for, and where it is ordered; null for a renewal. */
  const coming = new Map<string, { id: string; until: number; authority: string | null }>();
  /** Authorities at which the proxy has an account. */
  const known = new Set<string>();
  /** What the proxy did not take, as a text by id. */
  const refused = new Map<string, string>();
  let isFirst = true;

  function wait(orders: readonly { id: string; host: string; authority: string | null }[]): void {
    const until = clock.now().getTime() + Math.min(comingMs + eachMs * orders.length, mostMs);
    for (const { host, ...order } of orders) coming.set(host, { ...order, until });
  }

  /** What the process before this one left behind. */
  function lookFirst(rows: readonly RouteRow[], running: ReadonlySet<string>): void {
    for (const row of rows) {
      const authority = orderedAt(row.route);
      const isOwn = row.route.hosts.some((host) => row.seenNames.includes(host));
      if (authority !== null && isOwn && !isNewAt(row, authority)) known.add(authority);
    }
    wait(
      rows
        .filter(({ id, seenNames }) => running.has(id) && seenNames.length === 0)
        .flatMap((row) => ordersOf({ ...row, route: row.goodRoute ?? row.route })),
    );
  }

  return {
    choose(rows, running) {
      if (isFirst) lookFirst(rows, running);
      isFirst = false;
      const byId = new Map(rows.map((row) => [row.id, row]));
      for (const [host, { id, authority }] of coming) {
        const row = byId.get(id);
        const places = [row?.route, row?.goodRoute].map((route) => (route ? orderedAt(route) : null));
        const isWanted = row !== undefined && (authority === null || places.includes(authority));
        // What the proxy does not have it does not order.
        if (!isWanted || !running.has(id)) coming.delete(host);
      }
      for (const id of refused.keys()) if (!byId.has(id)) refused.delete(id);
      /** Where an order is under way, or goes with this load. */
      const first = new Set([...coming.values()].map(({ authority }) => authority));
      // What the proxy has already stays: no site is taken away for the certificate of another.
      const begins = rows.filter((row) => {
        const authority = orderedAt(row.route);
        const isThere = running.has(row.id) && row.goodRoute === null;
        return authority !== null && !known.has(authority) && isNewAt(row, authority) && !isThere;
      });
      const wasRefused = (row: RouteRow) => refused.get(row.id) === textOf(row);
      const postponed = new Set<string>();
      const turns = [...refused.keys()];
      const again = begins
        .filter(wasRefused)
        .toSorted((one, other) => turns.indexOf(one.id) - turns.indexOf(other.id));
      for (const row of [...begins.filter((one) => !wasRefused(one)), ...again]) {
        const authority = orderedAt(row.route);
        const isUnderWay = row.route.hosts.some((host) => coming.get(host)?.authority === authority);
        if (!isUnderWay && first.has(authority)) postponed.add(row.id);
        first.add(authority);
      }
      const chosen = rows.flatMap((row) => {
        if (!postponed.has(row.id)) return [row];
        return row.goodRoute === null ? [] : [{ ...row, route: row.goodRoute }];
      });
      return { rows: chosen, postponed };
    },
    noteLoading(rows, running, { changed, certificates }, renewed) {
      const begun = rows.filter(({ id }) =>
        running.has(id) ? certificates.includes(id) : changed.includes(id),
      );
      const orders = begun
        .filter((row) => isNewAt(row, orderedAt(row.route) ?? '') || row.seenNames.length === 0)
        .flatMap(ordersOf);
      wait([
        ...orders,
        ...rows.flatMap(({ id, route }) =>
          route.hosts.flatMap((host) => (renewed.includes(host) ? [{ id, host, authority: null }] : [])),
        ),
      ]);
      return new Set(orders.map(({ id }) => id));
    },
    noteRefused(row, wasOrdered) {
      // The one that was tried last comes last.
      refused.delete(row.id);
      refused.set(row.id, textOf(row));
      if (wasOrdered) for (const host of row.route.hosts) coming.delete(host);
    },
    noteSeen(host, names) {
      const authority = coming.get(host)?.authority ?? null;
      // Below a wildcard that is given to it the proxy orders nothing.
      if (authority !== null && names.includes(host)) known.add(authority);
      coming.delete(host);
    },
    giveUp: (host) => void coming.delete(host),
    names(running) {
      const now = clock.now().getTime();
      for (const [host, { until, authority }] of coming) {
        if (until > now) continue;
        // By then there is an account, unless the authority is away; nobody could wait for that.
        if (authority !== null) known.add(authority);
        coming.delete(host);
      }
      return [...coming].flatMap(([host, { id }]) => (running?.has(id) === false ? [] : [host]));
    },
  };
}

/** Whether the proxy has not ordered a certificate of a route at this authority before. */
function isNewAt({ goodRoute }: RouteRow, authority: string): boolean {
  return goodRoute === null || orderedAt(goodRoute) !== authority;
}

/** What the proxy orders by itself for a route. */
function ordersOf({ id, route }: RouteRow): { id: string; host: string; authority: string }[] {
  const authority = orderedAt(route);
  return authority === null ? [] : wholeNames(route).map((host) => ({ id, host, authority }));
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

const textOf = ({ route }: RouteRow) => JSON.stringify(route);
