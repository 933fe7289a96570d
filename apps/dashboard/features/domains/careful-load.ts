import { createHash } from 'node:crypto';
import type { Clock } from '@nebula/clock';
import { DriverError } from '@nebula/errors';
import type { Applied, Changes, ForeignRoute, Proxy, ProxyBackup, Route, WantedRoute } from '@nebula/proxy';
import { reachOf } from './probe.ts';
import { isWell, lookAt, type Sight, worseThan } from './sights.ts';

/** What the database wants served of one domain, and what last was. */
export interface WantedRow {
  id: string;
  route: Route;
  goodRoute: Route | null;
  /** Why the one or the other cannot be given to the proxy with its certificate; it stays as it runs then. */
  problem?: string | undefined;
  goodProblem?: string | undefined;
}

/** What came of a load that was watched. */
export interface Outcome extends Pick<Applied, 'isChanged' | 'refused'> {
  /** How many names were looked at before and after. */
  looked: number;
  /** Changes that were put back since a name got worse, with which one and how. */
  held: ReadonlyMap<string, string>;
  /** Routes that stay as they run, since the proxy could not be given what is wanted; with the reason. */
  staying: ReadonlyMap<string, string>;
}

/** Names besides those of the changed routes that are looked at: enough to notice what harms all, few enough to stay quick. */
const mostOthers = 20;
/** How long a site may take to be as it was: connections are made anew, health checks come first. */
const patienceMs = 8000;
const pollMs = 250;

/** Loads routes. What `gate` throws before the first load is thrown, and nothing is loaded. */
type Load = (
  rows: readonly WantedRow[],
  renewNow: readonly string[],
  signal: AbortSignal,
  gate?: (changes: Changes) => void,
) => Promise<Outcome>;

/**
 * Makes a load that is watched. Names are visited on loopback before and after: all that the load changes, and at most twenty
 * others, which are others at each load; so a load of two hundred routes stays quick, and what harms one single other may pass.
 * When a name that was well is worse afterwards, the whole configuration from before is put back; a name that is no better then
 * was not made worse by the change, and the change is loaded again. Otherwise the guilty changes are held back, by their own
 * names where these got worse and all of them where others did, and the rest is loaded. What is held back is served as it last
 * was until something else is wanted. What was put back is not loaded again as long as the same is wanted and the same runs.
 *
 * Whether a certificate that is on its way comes is not judged here: the run that wants it waits for it.
 *
 * @throws {DriverError} `rejected` when a load was put back that changed no route
 */
export function createCarefulLoad({
  proxy,
  clock,
  roots,
}: {
  proxy: Proxy;
  clock: Clock;
  roots: readonly string[];
}): Load {
  const kept = new Map<string, { wanted: string; why: string }>();
  let lastPutBack: (Watched & { wanted: string; version: string }) | null = null;
  let turn = 0;

  return async (rows, renewNow, signal, gate = () => undefined) => {
    const wanted = createHash('sha256').update(JSON.stringify(rows)).digest('hex');
    const isAgain = renewNow.length === 0 && lastPutBack?.wanted === wanted;
    if (isAgain && (await proxy.state(signal)).version === lastPutBack?.version) return tell(lastPutBack);
    lastPutBack = null;
    const watched = await load(rows, renewNow, signal, gate);
    if (watched.isPutBack && renewNow.length === 0) {
      const { version } = await proxy.state(signal);
      lastPutBack = { ...watched, wanted, version, outcome: { ...watched.outcome, isChanged: false } };
    }
    return tell(watched);
  };

  async function load(
    rows: readonly WantedRow[],
    renewNow: readonly string[],
    signal: AbortSignal,
    gate: (changes: Changes) => void,
  ): Promise<Watched> {
    for (const [id, { wanted }] of kept) {
      if (rows.every((row) => row.id !== id || textOf(row) !== wanted)) kept.delete(id);
    }
    const held = () => new Map([...kept].map(([id, { why }]) => [id, why]));
    let watch: Watch = { changed: [], certificates: [], before: new Map(), port: 0 };
    const beforeLoad = async (changes: Changes) => {
      gate({ ...changes, refused: [...changes.refused, ...kept.keys()] });
      const { changed, certificates } = changes;
      const { foreign, httpsPort: port } = await proxy.state(signal);
      const names = namesToSee(rows, foreign, changed, turn);
      turn += 1;
      const renews = ({ route }: WantedRow) => route.hosts.some((host) => renewNow.includes(host));
      const renewing = new Set(rows.filter(renews).map(({ id }) => id));
      watch = {
        changed,
        // What is renewed is served until the new one is there.
        certificates: certificates.filter((id) => !renewing.has(id)),
        ...{ before: await lookAt(names, port, roots, signal), port },
      };
    };
    const applied = await proxy.apply(wantedOf(rows, held()), { renewNow, beforeLoad }, signal);
    const well = [...watch.before].filter(([, sight]) => isWell(sight)).map(([name]) => name);
    const { isChanged } = applied;
    const refused = refusedOf(applied, rows);
    const staying = new Map(
      rows.flatMap(({ id, problem }) => (problem === undefined ? [] : [[id, problem] as const])),
    );
    const outcome: Outcome = { isChanged, refused, looked: well.length, held: held(), staying };
    if (applied.before === null || well.length === 0) return { outcome, isPutBack: false };
    const { version } = await proxy.state(signal);
    const worse = await worseOf(well, rows, watch, signal);
    if (worse.size === 0) return { outcome, isPutBack: false };

    const putBack = () => restore(applied.before, version, rows, watch.changed, signal);
    await putBack();
    const stillWorse = await worseOf([...worse.keys()], rows, watch, signal);
    const guilty = [...worse].filter(([name]) => !stillWorse.has(name));
    if (guilty.length === 0) {
      const again = await proxy.apply(wantedOf(rows, held()), { renewNow }, signal);
      return { outcome: { ...outcome, refused: refusedOf(again, rows) }, isPutBack: false };
    }
    const why = guilty.map(([name, how]) => `${name} ${how}`).join('; ');
    if (watch.changed.length === 0) {
      return { outcome: { ...outcome, isChanged: false }, isPutBack: true, nobodys: why };
    }
    const own = rows.filter(
      ({ id, route }) =>
        watch.changed.includes(id) && guilty.some(([name]) => route.hosts.some((host) => host === name)),
    );
    const blamed = own.length === 0 ? watch.changed : own.map(({ id }) => id);
    const nowHeld = hold(blamed, why);
    if (blamed.length === watch.changed.length) {
      return { outcome: { ...outcome, isChanged: false, held: nowHeld }, isPutBack: true };
    }

    const rest = await proxy.apply(wantedOf(rows, nowHeld), { renewNow }, signal);
    const sane = well.filter((name) => !stillWorse.has(name));
    const more = rest.before === null ? new Map<string, string>() : await worseOf(sane, rows, watch, signal);
    if (more.size === 0) {
      return { outcome: { ...outcome, refused: refusedOf(rest, rows), held: nowHeld }, isPutBack: true };
    }
    await restore(rest.before, (await proxy.state(signal)).version, rows, watch.changed, signal);
    return { outcome: { ...outcome, isChanged: false, held: hold(watch.changed, why) }, isPutBack: true };

    function hold(ids: readonly string[], reason: string): Map<string, string> {
      for (const id of ids) {
        const row = rows.find((each) => each.id === id);
        // What is wanted is what was served: a renewal, which is asked for anew.
        if (row === undefined || textOf(row) === JSON.stringify(row.goodRoute)) continue;
        kept.set(id, { wanted: textOf(row), why: reason });
      }
      return new Map([...held(), ...ids.map((id) => [id, reason] as const)]);
    }
  }

  /** Names that are worse than before, with how, for as long as they may take to be well again. */
  async function worseOf(
    names: readonly string[],
    rows: readonly WantedRow[],
    watch: Watch,
    signal: AbortSignal,
  ): Promise<Map<string, string>> {
    const { before, changed, port } = watch;
    const end = clock.now().getTime() + patienceMs;
    let worse = new Map<string, string>();
    let waiting = names;
    // Twice at least: when this machine stood still during the first look, that says nothing.
    for (let looks = 1; ; looks += 1) {
      const seen = await lookAt(waiting, port, roots, signal);
      worse = new Map(
        [...seen].flatMap(([name, sight]) => {
          const how = worseThan(before.get(name), sight);
          return how === null || isAwaitingCertificate(name, sight, rows, watch) ? [] : [[name, how]];
        }),
      );
      waiting = [...worse.keys()];
      if (worse.size === 0 || (looks > 1 && clock.now().getTime() > end)) break;
      await clock.sleep(pollMs, signal);
    }
    for (const name of waiting) if (await isDeadBehind(name, rows, changed, signal)) worse.delete(name);
    return worse;
  }

  /** Puts back the whole configuration, or, when somebody else wrote in between, the routes of ours that the load changed. */
  async function restore(
    before: ProxyBackup | null,
    version: string,
    rows: readonly WantedRow[],
    changed: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    if (before !== null && (await proxy.state(signal)).version === version) {
      await proxy.restore(before, signal);
      return;
    }
    await proxy.apply(wantedOf(rows, new Map(changed.map((id) => [id, '']))), {}, signal);
  }
}

/** A load and what came of watching it. */
interface Watched {
  outcome: Outcome;
  /** Whether any of it was put back. */
  isPutBack: boolean;
  /** Why it was put back, where no route had changed and so none can be held back. */
  nobodys?: string;
}

function tell({ outcome, nobodys }: Watched): Outcome {
  if (nobodys === undefined) return outcome;
  throw new DriverError(
    'rejected',
    `The configuration was loaded and put back, though it changes no site: ${nobodys}.`,
  );
}

interface Watch extends Omit<Changes, 'refused'> {
  before: ReadonlyMap<string, Sight>;
  port: number;
}

/** All wanted routes, with what is held back as it last was. */
function wantedOf(rows: readonly WantedRow[], held: ReadonlyMap<string, string>): WantedRoute[] {
  return rows.flatMap(({ id, route, goodRoute, problem, goodProblem }) => {
    // Where it does not run any more, it is better served with the proxy's own certificate than not at all.
    if (problem !== undefined) return [{ route, lastGood: goodRoute, problem }];
    if (!held.has(id)) return [{ route, lastGood: goodProblem === undefined ? goodRoute : null }];
    if (goodRoute === null) return [];
    const problems = goodProblem === undefined ? {} : { problem: goodProblem };
    return [{ route: goodRoute, lastGood: goodRoute, ...problems }];
  });
}

/** What the proxy itself refused. */
function refusedOf({ refused }: Applied, rows: readonly WantedRow[]): Applied['refused'] {
  return refused.filter(({ id, reason }) => {
    const row = rows.find((each) => each.id === id);
    return reason !== row?.problem && reason !== row?.goodProblem;
  });
}

/** Whole names of the changed routes and of some others, which go round with each turn. */
function namesToSee(
  rows: readonly WantedRow[],
  foreign: readonly ForeignRoute[],
  changed: readonly string[],
  turn: number,
): string[] {
  const isWhole = (host: string) => !host.includes('*');
  const own = rows.filter(({ id }) => changed.includes(id)).flatMap(({ route }) => route.hosts.slice(0, 1));
  const others = [
    ...rows.filter(({ id }) => !changed.includes(id)).flatMap(({ route }) => route.hosts.slice(0, 1)),
    ...foreign.flatMap(({ hosts }) => hosts.slice(0, 1)),
  ].filter(isWhole);
  const start = others.length === 0 ? 0 : (turn * mostOthers) % others.length;
  const some = [...others.slice(start), ...others.slice(0, start)].slice(0, mostOthers);
  return [...new Set([...own.filter(isWhole), ...some])];
}

/**
 * A route that gets its certificate from elsewhere has none yet, or one that is trusted elsewhere; the run that wants it waits
 * for it by itself.
 */
function isAwaitingCertificate(
  name: string,
  sight: Sight,
  rows: readonly WantedRow[],
  { changed, certificates }: Watch,
): boolean {
  const row = rows.find(({ id, route }) => changed.includes(id) && route.hosts.includes(name));
  const isAboutIt = sight.status === null ? sight.layer === 'tls' : sight.status < 500;
  if (row === undefined || !isAboutIt) return false;
  if (certificates.includes(row.id)) return true;
  return JSON.stringify(row.route.certificate) !== JSON.stringify(row.goodRoute?.certificate);
}

/** Whether an unchanged route leads to upstreams that all refuse connections: then it is not the load that made it worse. */
async function isDeadBehind(
  name: string,
  rows: readonly WantedRow[],
  changed: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const row = rows.find(({ id, route }) => !changed.includes(id) && route.hosts.includes(name));
  if (row?.route.target.kind !== 'upstreams') return false;
  return (await reachOf(row.route.target.upstreams, signal)).every(({ why }) => why !== null);
}

function textOf({ route }: WantedRow): string {
  return JSON.stringify(route);
}
