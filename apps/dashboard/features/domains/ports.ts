import type { Clock } from '@nebula/clock';
import type { Proxy, ProxyState } from '@nebula/proxy';

/** Where visitors meet the reverse proxy. */
export type ProxyPorts = Pick<ProxyState, 'httpPort' | 'httpsPort'>;

/** Long enough for a pass over many domains, and short enough that nobody who moved the proxy has to wait. */
const believedMs = 10_000;
const longestMs = 10_000;

/** Finds the ports of the proxy. Its whole configuration comes with them, so they are believed for a while. */
export function createPorts({
  proxy,
  clock,
}: {
  proxy: Pick<Proxy, 'state'>;
  clock: Clock;
}): (signal: AbortSignal) => Promise<ProxyPorts> {
  let known: { at: number; ports: Promise<ProxyPorts> } | null = null;

  async function look(): Promise<ProxyPorts> {
    try {
      // Not under one caller's signal: others wait for the same answer.
      const { httpPort, httpsPort } = await proxy.state(AbortSignal.timeout(longestMs));
      return { httpPort, httpsPort };
    } catch (error) {
      known = null;
      throw error;
    }
  }

  return async (signal) => {
    signal.throwIfAborted();
    const now = clock.now().getTime();
    if (known === null || Math.abs(now - known.at) > believedMs) known = { at: now, ports: look() };
    return await known.ports;
  };
}
