import { systemClock } from '@nebula/clock';
import { type PowerDns, startPowerDns } from '@nebula/testbed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conformance } from './conformance.ts';
import { openManual } from './drivers/manual/index.ts';
import {
  absent,
  createResolver,
  type Dns,
  openDriver,
  parseValue,
  processLocks,
  type Rrset,
  zoneFileValue,
} from './index.ts';

describe('zones that a person keeps', () => {
  const zone = 'by-hand.example';
  let server: PowerDns;
  let dns: Dns;
  const mistakes: unknown[] = [];

  beforeAll(async () => {
    server = await startPowerDns();
    await server.addZone(zone);
    const resolver = createResolver({ servers: [server.nameServer], authoritativePort: server.port });
    const driver = openManual({ zones: [zone], resolver, clock: systemClock, pollMs: 30 });
    dns = openDriver(driver, { locks: processLocks(), clock: systemClock, account: 'manual' });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const put = ({ name, type, ttl, values }: Rrset, isRemoved?: boolean) =>
    server.put(zone, {
      ...{ name, type, ttl },
      values: isRemoved === true ? [] : values.map((value) => zoneFileValue(parseValue(type, value))),
    });

  /** A person who does what is said, once. */
  function person(): (message: string) => void {
    let hasActed = false;
    return (message) => {
      if (hasActed) return;
      hasActed = true;
      enterAgain(message).catch((error: unknown) => mistakes.push(error));
    };
  }

  /** The server of the test locks its whole file for each change, and answers those that come meanwhile with 500. */
  async function enterAgain(message: string): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await enter(message);
      } catch (error) {
        if (tries === 20) throw error;
        await systemClock.sleep(100);
      }
    }
  }

  async function enter(message: string): Promise<void> {
    const lines = [...message.matchAll(/^(add|remove) (\S+)\. (\d+) IN (\S+) (.+)$/gm)];
    const [, , name = '', , type = ''] = lines[0] ?? [];
    const removed = lines.filter(([, verb]) => verb === 'remove').map(([, , , , , value = '']) => value);
    const added = lines.filter(([, verb]) => verb === 'add');
    const kept = (await server.rrset(zone, name, type)).filter((value) => !removed.includes(value));
    const values = [...kept, ...added.map(([, , , , , value = '']) => value)];
    await server.put(zone, { name, type, ttl: Number(added[0]?.[3] ?? 300), values });
  }

  conformance(() => ({
    ...{ dns, zone, changeBehind: put, person },
  }));

  test('what to enter is said to the letter, and how far it has come', async () => {
    const told: string[] = [];
    const rrset: Rrset = { name: `new.${zone}`, type: 'TXT', ttl: 120, values: ['a "b"'] };
    const act = person();

    await dns.upsert(zone, rrset, {
      expected: absent,
      tell(message) {
        told.push(message);
        act(message);
      },
    });

    expect(told[0]).toBe(
      `At the provider of ${zone}:\nadd new.${zone}. 120 IN TXT "a \\"b\\""\n0 of 2 name servers show it.`,
    );
    expect(mistakes).toEqual([]);
  });

  test('a caller who gives up ends the watch', async () => {
    const rrset: Rrset = { name: `never.${zone}`, type: 'A', ttl: 120, values: ['192.0.2.1'] };

    await expect(
      dns.upsert(zone, rrset, { expected: absent, signal: AbortSignal.timeout(200) }),
    ).rejects.toThrow();
    expect(await dns.check({ zone: `www.${zone}` })).toMatchObject({ failed: 'zone' });
  });
});
