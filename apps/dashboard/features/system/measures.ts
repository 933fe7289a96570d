import type { Measure } from '@nebula/runtime';
import type { HostSampler } from './sampler.ts';

/** Figures of the machine whose history is kept. */
export function* systemMeasures(
  sampler: Pick<HostSampler, 'history' | 'sample' | 'storage'>,
): Generator<Measure> {
  const point = sampler.history().at(-1);
  const sample = sampler.sample();
  if (point === undefined || sample === null) return;
  const of = (metric: string, value: number): Measure => ({ subject: 'host', metric, value });
  yield of('cpu', point.cpuPercent);
  yield of('memory', point.memoryUsedBytes);
  yield of('received', point.receivedBytesPerSecond);
  yield of('sent', point.sentBytesPerSecond);
  yield of('read', point.readBytesPerSecond);
  yield of('written', point.writtenBytesPerSecond);
  yield of('load', sample.load[0]);
  if (sample.swap !== null) yield of('swap', sample.swap.used);
  for (const { mountPoint, kind, status, usedBytes } of sampler.storage()?.filesystems ?? []) {
    if (kind !== 'disk' || status !== 'ok' || usedBytes === null) continue;
    yield { subject: `disk${mountPoint}`, metric: 'used', value: usedBytes };
  }
  for (const { id, celsius } of sampler.storage()?.temperatures ?? []) {
    yield { subject: `sensor/${id}`, metric: 'temperature', value: celsius };
  }
}
