import { startEngine, startProduct } from '@nebula/testbed';
import autocannon from 'autocannon';
import type { BenchOptions, Figure } from './bench.ts';
import { startSleepers } from './containers.ts';
import { ownerKey } from './owner.ts';

/** P8: the list of 50 of 100 containers with an API key under 256 connections, and health probes meanwhile. */
export async function run({ quick, signal }: BenchOptions): Promise<Figure[]> {
  await using engine = await startEngine();
  await startSleepers(engine, 100, 'load');
  await using product = await startProduct({
    engine: engine.socket,
    env: { NEBULA_REQUESTS_PER_MINUTE: '100000000' },
  });
  const key = await ownerKey(product);
  let probes = 0;
  let failedProbes = 0;
  const probing = setInterval(() => {
    probes += 1;
    fetch(`${product.url}/api/health`, { signal: AbortSignal.timeout(5000) }).then(
      (response) => (failedProbes += response.ok ? 0 : 1),
      () => (failedProbes += 1),
    );
  }, 100);
  const result = await autocannon({
    url: `${product.url}/api/containers?limit=50`,
    headers: { authorization: `Bearer ${key}` },
    connections: 256,
    duration: quick ? 10 : 30,
    workers: 1,
  });
  clearInterval(probing);
  signal.throwIfAborted();
  const failures = result.errors + result.non2xx + result.timeouts;
  const p99 = result.latency.p99;
  const detail = `${Math.round(result.requests.average)} requests/s, p50 ${result.latency.p50} ms, ${failures} failures of ${result.requests.total}; load generator on the same two cores; ${probes} probes`;
  return [
    {
      id: 'P8',
      what: 'List of containers under 256 connections, p99',
      figure: p99,
      unit: 'ms',
      target: '<= 100',
      met: p99 <= 100 && failures === 0,
      detail,
    },
    {
      id: 'P8',
      what: 'Failed health probes meanwhile',
      figure: failedProbes,
      unit: '',
      target: '0',
      met: failedProbes === 0,
      detail: '',
    },
  ];
}
