import { appOf } from '@nebula/docker';
import type { Measure } from '@nebula/runtime';
import type { Container, Usage } from './contract.ts';

const metrics = [
  ['cpu', 'cpuPercent'],
  ['memory', 'memoryBytes'],
  ['received', 'receivedPerSecond'],
  ['sent', 'sentPerSecond'],
  ['read', 'readPerSecond'],
  ['written', 'writtenPerSecond'],
] as const;

/** Figures of apps whose history is kept; of several containers of one service the sum. */
export function containerMeasures(
  containers: readonly Pick<Container, 'id' | 'name' | 'project' | 'service' | 'state'>[],
  usageOf: (id: string) => Usage | null,
): Measure[] {
  const sums = new Map<string, Map<string, number>>();
  for (const container of containers) {
    const usage = container.state === 'running' ? usageOf(container.id) : null;
    if (usage === null) continue;
    const subject = `app/${appOf(container)}`;
    const own = sums.get(subject) ?? new Map<string, number>();
    sums.set(subject, own);
    for (const [metric, field] of metrics) {
      const value = usage[field];
      if (value !== null) own.set(metric, (own.get(metric) ?? 0) + value);
    }
  }
  return [...sums].flatMap(([subject, own]) =>
    [...own].map(([metric, value]) => ({ subject, metric, value })),
  );
}
