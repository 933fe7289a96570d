import type { Clock } from '@nebula/clock';
import { DriverError } from '@nebula/errors';
import type { Proxy } from './index.ts';
import { dialOf, holdOffMs, type Route, type Upstream } from './route.ts';

/** One of several upstreams of a route that is served and has a `drainKey`. */
export interface DrainPlace {
  route: Route;
  upstream: Pick<Upstream, 'host' | 'port'>;
}

/** How an upstream is drained. */
export interface DrainOptions {
  clock: Clock;
  /** Milliseconds for which requests under way are waited for; downloads and WebSockets may last for ever. */
  patienceMs: number;
  signal: AbortSignal;
}

/** Ten times per hold, so that answers may be late or lost. */
const againMs = holdOffMs / 10;
const lookMs = 100;

/**
 * Keeps new requests from an upstream, waits until those under way are done, and does a piece of work (such as stopping it)
 * while it gets none. Nothing is loaded, so connections of no site are cut; nothing is left behind: when the work is over, or
 * this process dies, the upstream gets requests again within {@link holdOffMs} if it takes them. A load in between makes the
 * proxy forget it until the next time it is asked, so have none meanwhile.
 *
 * @param work is told how many requests were still under way when the patience was over, and given a signal that also aborts
 *   when the upstream can be held off no longer
 * @returns what the work does
 * @throws {DriverError} `rejected` when no other upstream of the route takes requests; `unsupported`, `unavailable`
 */
export async function whileDrained<T>(
  proxy: Proxy,
  { route, upstream }: DrainPlace,
  { clock, patienceMs, signal }: DrainOptions,
  work: (left: number, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  await refuseTheLast(proxy, { route, upstream }, signal);
  const over = new AbortController();
  const lost = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  await proxy.holdOff(route, upstream, signal);
  const holding = hold(proxy, { route, upstream }, clock, until).catch((error: unknown) => {
    if (!until.aborted) lost.abort(error);
  });
  try {
    const both = AbortSignal.any([signal, lost.signal]);
    return await work(await waitForEnd(proxy, upstream, { clock, patienceMs, signal: both }), both);
  } catch (error) {
    lost.signal.throwIfAborted();
    throw error;
  } finally {
    over.abort();
    await holding;
  }
}

/** Asks again and again; gives up when the proxy could not be asked for as long as it remembers. */
async function hold(
  proxy: Proxy,
  { route, upstream }: DrainPlace,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  let heldAt = clock.now().getTime();
  for (;;) {
    await clock.sleep(againMs, signal);
    try {
      await proxy.holdOff(route, upstream, signal);
      heldAt = clock.now().getTime();
    } catch (error) {
      if (signal.aborted || clock.now().getTime() - heldAt > holdOffMs - againMs) throw error;
    }
  }
}

/** Waits until the upstream has no request under way, twice in a row; answers how many it has when the patience is over. */
async function waitForEnd(
  proxy: Proxy,
  upstream: Pick<Upstream, 'host' | 'port'>,
  { clock, patienceMs, signal }: DrainOptions,
): Promise<number> {
  const end = clock.now().getTime() + patienceMs;
  let quiet = 0;
  for (;;) {
    await clock.sleep(lookMs, signal);
    const { requests, fails } = await trafficOf(proxy, upstream, signal);
    // One that is chosen is counted a moment later, so once is not enough.
    quiet = requests === 0 && fails > 0 ? quiet + 1 : 0;
    if (quiet >= 2) return 0;
    if (clock.now().getTime() > end) return requests;
  }
}

async function refuseTheLast(
  proxy: Proxy,
  { route, upstream }: DrainPlace,
  signal: AbortSignal,
): Promise<void> {
  const others = route.target.kind === 'upstreams' ? route.target.upstreams : [];
  const traffic = await proxy.traffic(signal);
  const takes = others.some((other) => {
    const dial = dialOf(other);
    return dial !== dialOf(upstream) && traffic.some(({ address, fails }) => address === dial && fails === 0);
  });
  if (!takes) {
    throw new DriverError(
      'rejected',
      `No other upstream of ${route.hosts.join(', ')} takes requests, so ${dialOf(upstream)} cannot be drained.`,
    );
  }
}

async function trafficOf(proxy: Proxy, upstream: Pick<Upstream, 'host' | 'port'>, signal: AbortSignal) {
  const dial = dialOf(upstream);
  const found = (await proxy.traffic(signal)).find(({ address }) => address === dial);
  return found ?? { requests: 0, fails: 0 };
}
