import { expect, test } from 'vitest';
import { type Host, sampleBetween } from './index.ts';

/** What every {@link Host} must do, whatever it is made of. `advance` lets its time pass. */
export function hostConformance(open: () => Host, advance: () => Promise<void>): void {
  test('says who it is', () => {
    const { hostname, os, kernel, cores } = open().identity();

    expect([hostname, os, kernel].every((text) => text !== '')).toBe(true);
    expect(cores).toBeGreaterThanOrEqual(1);
  });

  test('gives rates between two readings, of all its cores, that add up to no more than the time there was', async () => {
    const host = open();
    const before = host.counters();
    await advance();

    const sample = sampleBetween(before, host.counters());

    expect(sample?.cpu.cores).toHaveLength(host.identity().cores);
    for (const { user, system, iowait, steal } of [sample?.cpu.total, ...(sample?.cpu.cores ?? [])].flatMap(
      (shares) => shares ?? [],
    )) {
      // Each share is rounded.
      expect(user + system + iowait + steal).toBeLessThanOrEqual(100.3);
    }
  });

  test('has memory whose parts make up the whole', () => {
    const { total, free, buffers, cached, arc, shared, used, available } = open().counters().memory;

    expect(free + buffers + cached + shared + used + (arc ?? 0)).toBe(total);
    expect(available).toBeLessThanOrEqual(total);
    expect(available).toBeGreaterThan(0);
  });

  test('tells the space of file systems that answer, and nothing of those that do not', async () => {
    for (const row of await open().filesystems()) {
      if (row.status === 'ok') expect(row.usedBytes).toBeLessThanOrEqual(row.totalBytes ?? -1);
      else
        expect([row.totalBytes, row.usedBytes, row.availableBytes, row.inodes]).toEqual([
          null,
          null,
          null,
          null,
        ]);
    }
  });

  test('lists each process once', async () => {
    const { processes, zombies } = await open().processes();

    expect(new Set(processes.map(({ pid }) => pid)).size).toBe(processes.length);
    expect(zombies).toBeLessThanOrEqual(processes.length);
  });
}
