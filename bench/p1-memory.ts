import { setTimeout as sleep } from 'node:timers/promises';
import { startEngine, startProduct } from '@nebula/testbed';
import type { BenchOptions, Figure } from './bench.ts';
import { startSleepers } from './containers.ts';
import { cpuSeconds, pssMiB, rounded } from './measure.ts';
import { ownerKey } from './owner.ts';

const containers = 40;

/** P1: memory at rest of server, broker and embedded database, 40 containers, 5 s sampling, no browser. */
export async function run({ quick, signal }: BenchOptions): Promise<Figure[]> {
  await using engine = await startEngine();
  await startSleepers(engine, containers, 'idle');
  await using product = await startProduct({ engine: engine.socket });
  const key = await ownerKey(product);
  await sleep(quick ? 30_000 : 120_000, undefined, { signal });
  const list = await fetch(`${product.url}/api/containers?limit=200`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const { items } = (await list.json()) as { items: { usage: unknown }[] };
  const sampled = items.filter((item) => item.usage !== null).length;
  const { server, broker, postgres } = product.processes();
  const before = [server, broker, ...postgres].map(cpuSeconds).reduce((sum, value) => sum + value);
  const seconds = quick ? 20 : 60;
  await sleep(seconds * 1000, undefined, { signal });
  const after = product.processes();
  const cpu =
    ([after.server, after.broker, ...after.postgres].map(cpuSeconds).reduce((sum, value) => sum + value) -
      before) /
    seconds;
  const parts = {
    server: pssMiB(server),
    broker: pssMiB(broker),
    postgres: after.postgres.map(pssMiB).reduce((sum, value) => sum + value, 0),
  };
  const total = rounded(parts.server + parts.broker + parts.postgres);
  const detail = `server ${rounded(parts.server)}, broker ${rounded(parts.broker)}, PostgreSQL ${rounded(parts.postgres)} (${after.postgres.length} processes); ${sampled} of ${containers} containers sampled; CPU meanwhile ${rounded(cpu * 100)} % of a core`;
  return [
    {
      id: 'P1',
      what: 'Idle PSS of server, broker and database',
      figure: total,
      unit: 'MiB',
      target: '<= 200',
      met: total <= 200,
      detail,
    },
  ];
}
