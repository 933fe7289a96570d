import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@nebula/clock';
import { describe, expect, test } from 'vitest';
import { hostConformance } from './conformance.ts';
import { fakeHost } from './fake.ts';
import { openLocalHost } from './index.ts';

const local = () => openLocalHost({ clock: systemClock });

describe('the machine we run on', () => {
  hostConformance(local, () => sleep(100));

  test('knows this process by its pid, its user and its memory', async () => {
    const host = local();

    const { processes } = await host.processes();
    const own = processes.find(({ pid }) => pid === process.pid);

    expect(own?.residentBytes).toBeGreaterThan(10 * 1024 * 1024);
    expect(own?.threads).toBeGreaterThan(1);
    expect(host.processOwner(process.pid)).toMatchObject({ program: 'node' });
  });

  test('has a root file system with space', async () => {
    const rows = await local().filesystems();

    const root = rows.find(({ mountPoint }) => mountPoint === '/');
    if (existsSync('/dev')) expect(root?.totalBytes ?? 0).toBeGreaterThan(0);
  });
});

describe('the fake', () => {
  hostConformance(fakeHost, async () => undefined);
});
