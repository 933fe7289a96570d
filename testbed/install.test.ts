import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseSimulation, refuseRemovals } from './apt.ts';
import { isStatic } from './busybox.ts';
import { debianMirror, pluginPath } from './compose.ts';
import { CannotInstall, withInstallLock, withStartsForbidden } from './install-guards.ts';
import { ensureParts, type Machine } from './install.ts';
import { missingBinaries, type Part, parts, partsFor } from './parts.ts';

const dir = mkdtempSync(join(tmpdir(), 'nebula-install-'));

afterAll(() => {
  rmSync(dir, { recursive: true });
});

const harmless = `Reading package lists...
Inst libfoo1 (1.2-3 Debian:12.15/oldstable [amd64])
Inst runc [1.1.4] (1.1.5 Debian:12/oldstable [amd64])
Conf libfoo1 (1.2-3 Debian:12.15/oldstable [amd64])
`;

describe('a simulated installation', () => {
  it('tells what is new and what is upgraded', () => {
    expect(parseSimulation(harmless)).toEqual({ installs: ['libfoo1'], upgrades: ['runc'], removes: [] });
    expect(() => refuseRemovals(parseSimulation(harmless))).not.toThrow();
  });

  it('is refused when it removes a package', () => {
    const harmful = parseSimulation(`Remv docker-ce [5:24.0.7]\n${harmless}`);

    expect(harmful.removes).toEqual(['docker-ce']);
    expect(() => refuseRemovals(harmful)).toThrow(/would remove docker-ce .*nothing was installed/);
  });

  it('is refused when it purges a package', () => {
    expect(() => refuseRemovals(parseSimulation('Purg busybox [1:1.35]'))).toThrow(/busybox/);
  });

  it('reads a package called Remv-like in a sentence as nothing', () => {
    expect(parseSimulation('The following packages will be REMOVED:\n  Remv-tools\nRemvx y').removes).toEqual(
      [],
    );
  });
});

describe('the policy that forbids starts', () => {
  it('answers 101 during the work and is gone after it', async () => {
    const file = join(dir, 'policy-1');

    const seen = await withStartsForbidden(
      async () => ({ text: readFileSync(file, 'utf8'), mode: statSync(file).mode & 0o777 }),
      file,
    );

    expect(seen.text).toMatch(/^#!\/bin\/sh\n[^]*exit 101\n$/);
    expect(seen.mode).toBe(0o755);
    expect(existsSync(file)).toBe(false);
  });

  it('is gone after work that failed', async () => {
    const file = join(dir, 'policy-2');

    await expect(withStartsForbidden(() => Promise.reject(new Error('apt')), file)).rejects.toThrow('apt');

    expect(existsSync(file)).toBe(false);
  });

  it("leaves somebody else's policy as it is", async () => {
    const file = join(dir, 'policy-3');
    writeFileSync(file, '#!/bin/sh\nexit 0\n');

    await withStartsForbidden(async () => undefined, file);

    expect(readFileSync(file, 'utf8')).toBe('#!/bin/sh\nexit 0\n');
  });

  it('removes one that a killed run left behind', async () => {
    const file = join(dir, 'policy-4');
    await withStartsForbidden(async () => writeFileSync(`${file}-kept`, readFileSync(file)), file);

    await withStartsForbidden(async () => undefined, `${file}-kept`);

    expect(existsSync(`${file}-kept`)).toBe(false);
  });

  it('stays until the work ends when an interrupt comes', async () => {
    const file = join(dir, 'policy-5');
    let isThereAfterInterrupt = false;

    const ended = withStartsForbidden(async () => {
      process.emit('SIGINT', 'SIGINT');
      await new Promise((resolve) => setTimeout(resolve, 10));
      isThereAfterInterrupt = existsSync(file);
    }, file);

    await expect(ended).rejects.toThrow('Interrupted by SIGINT');
    expect(isThereAfterInterrupt).toBe(true);
    expect(existsSync(file)).toBe(false);
  });
});

describe('the lock of the installation', () => {
  it('lets one after the other in', async () => {
    const lock = join(dir, 'lock-1');
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} in`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push(`${name} out`);
    };

    await Promise.all([withInstallLock(work('a'), lock), withInstallLock(work('b'), lock)]);

    expect(order).toEqual(['a in', 'a out', 'b in', 'b out']);
    expect(existsSync(lock)).toBe(false);
  });

  it('is taken over from a process that is gone', async () => {
    const lock = join(dir, 'lock-2');
    const gone = JSON.stringify({ pid: process.pid, startTicks: '1' });

    const worked = await withInstallLock(async () => {
      // The holder is dead from here on: the second one must not wait for it.
      writeFileSync(join(lock, 'owner.json'), gone);
      return await withInstallLock(async () => 'worked', lock);
    }, lock);

    expect(worked).toBe('worked');
  });
});

describe('an installation', () => {
  const absent: Part = {
    id: 'engine',
    what: 'a part that no machine has',
    neededBy: [],
    binaries: [{ names: ['nebula-absent-program'], packages: ['nebula-absent-package'] }],
  };
  const throwAway: Machine = { isRoot: true, hasTerminal: false, inUse: async () => null };

  it('does nothing when every program is there, whoever asks', async () => {
    const present: Part = { ...absent, binaries: [{ names: ['absent', 'true'], packages: ['coreutils'] }] };

    await expect(
      ensureParts([present], { yes: false, machine: { ...throwAway, isRoot: false } }),
    ).resolves.toBe(undefined);
  });

  it('prints the one line to run to somebody who is not root', async () => {
    const refused = ensureParts([absent], { yes: true, machine: { ...throwAway, isRoot: false } });

    await expect(refused).rejects.toThrow(CannotInstall);
    await expect(refused).rejects.toThrow('apt-get install --no-install-recommends nebula-absent-package');
  });

  it('stops on a machine in use when nobody can be asked, and says how to say yes', async () => {
    const refused = ensureParts([absent], {
      yes: false,
      machine: { ...throwAway, inUse: async () => 'runs Docker' },
    });

    await expect(refused).rejects.toThrow(CannotInstall);
    await expect(refused).rejects.toThrow(
      /This machine runs Docker.*a part that no machine has.*--yes or CI=true/s,
    );
  });
});

describe('the parts', () => {
  it('are needed by the kinds of test files that use them', () => {
    const ids = (files: string[]) => partsFor(files).map((part) => part.id);

    expect(ids(['packages/db/index.test.ts'])).toEqual([]);
    const edge = ['caddy', 'pebble', 'powerdns'];
    expect(ids(['packages/docker/engine.integration.test.ts'])).toEqual(['engine', ...edge]);
    expect(ids(['apps/dashboard/features/images/pull.registry.integration.test.ts'])).toEqual([
      'engine',
      'registry',
      ...edge,
    ]);
    expect(ids(['apps/broker/units.systemd.integration.test.ts'])).toEqual(['engine', 'systemd', ...edge]);
    expect(ids(['apps/dashboard/e2e/slice.e2e.ts'])).toEqual(['engine', 'chromium', ...edge]);
  });

  it('are missing by the program, whichever of its names is there', () => {
    const find = (name: string) => (name === 'google-chrome' || name === 'ip' ? `/usr/bin/${name}` : null);

    const names = missingBinaries(parts, find).map((binary) => binary.names[0]);

    expect(names).toContain('dockerd');
    expect(names).not.toContain('ip');
    expect(names).not.toContain('chromium');
  });
});

describe('what is unpacked instead of installed', () => {
  it('takes a busybox only when it needs no library', () => {
    const elf = (type: number) => {
      const file = Buffer.alloc(128);
      file.writeUInt32BE(0x7f454c46, 0);
      file.set([2, 1], 4);
      file.writeBigUInt64LE(64n, 32);
      file.writeUInt16LE(56, 54);
      file.writeUInt16LE(1, 56);
      file.writeUInt32LE(type, 64);
      return file;
    };

    expect(isStatic(elf(1))).toBe(true);
    expect(isStatic(elf(3))).toBe(false);
    expect(isStatic(Buffer.from('#!/bin/sh'))).toBe(false);
  });

  it("finds the machine's mirror in either format of the sources", () => {
    const deb822 = 'Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\n';
    const oneLine = 'deb [arch=amd64 signed-by=/k.gpg] https://mirror.example/debian/ bookworm main\n';
    const other =
      'deb https://packages.example/apt stable main\nURIs: http://mirror.example/debian-security\n';

    expect(debianMirror([other, deb822]).uri).toBe('http://mirror.example/debian');
    expect(debianMirror([other, oneLine]).uri).toBe('https://mirror.example/debian');
    expect(debianMirror([other]).uri).toBe('http://deb.debian.org/debian');
  });

  it("uses the machine's compose when it is version 2 and works", () => {
    const listing = (more: object) =>
      JSON.stringify([{ Name: 'compose', Path: '/p/docker-compose', ...more }]);

    expect(pluginPath(listing({ Version: 'v2.26.1' }))).toBe('/p/docker-compose');
    expect(pluginPath(listing({ Version: '2.26.1-4' }))).toBe('/p/docker-compose');
    expect(pluginPath(listing({ Version: '2.26.1', Err: 'exec format error' }))).toBe(null);
    expect(pluginPath(listing({ Version: '1.29.2' }))).toBe(null);
    expect(pluginPath('null')).toBe(null);
    expect(pluginPath('docker: error')).toBe(null);
  });
});
