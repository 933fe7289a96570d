import type { Condition } from '@nebula/runtime';
import { usedPercent } from './attention.ts';
import type { HostSampler } from './sampler.ts';

/** What alerts judge of the machine: figures of now, named as in its history. */
export function* systemConditions(
  sampler: Pick<HostSampler, 'history' | 'sample' | 'storage'>,
  cores: number,
  wanted: ReadonlySet<string>,
): Generator<Condition> {
  const sample = sampler.sample();
  const storage = sampler.storage();
  const host = (kind: string, value: number): Condition => ({
    ...{ kind, subject: 'host', name: 'This machine', path: '/system' },
    value,
  });
  if (sample !== null) {
    const { user, system, steal } = sample.cpu.total;
    const { total, available } = sample.memory;
    if (wanted.has('cpu')) yield host('cpu', user + system + steal);
    if (wanted.has('memory') && total > 0) yield host('memory', ((total - available) / total) * 100);
    if (wanted.has('load')) yield host('load', sample.load[0] / Math.max(1, cores));
  }
  if (wanted.has('disk')) {
    for (const row of storage?.filesystems ?? []) {
      const percent = usedPercent(row);
      if (percent === null || row.kind !== 'disk' || row.isReadOnly || row.status !== 'ok') continue;
      yield {
        ...{ kind: 'disk', subject: `disk${row.mountPoint}`, name: row.mountPoint, path: '/system' },
        value: percent,
      };
    }
  }
  if (!wanted.has('temperature')) return;
  for (const { id, chip, label, celsius } of storage?.temperatures ?? []) {
    yield {
      ...{ kind: 'temperature', subject: `sensor/${id}`, name: `${chip} ${label}`, path: '/system' },
      value: celsius,
    };
  }
}
