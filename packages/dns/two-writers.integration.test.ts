import { systemClock } from '@nebula/clock';
import { createOutbound } from '@nebula/outbound';
import { startPowerDns } from '@nebula/testbed';
import { expect, test } from 'vitest';
import { openPowerDns } from './drivers/powerdns/index.ts';
import { openDriver, parseValue, processLocks, zoneFileValue } from './index.ts';
import { twoWriters } from './two-writers.ts';

test('two writers and a foreign one on a real zone lose no record, and every foreign change is offered', async () => {
  await using server = await startPowerDns();
  const zone = 'writers.example';
  await server.addZone(zone);
  const locks = processLocks();
  const opened = () =>
    openDriver(openPowerDns({ url: server.url, apiKey: server.apiKey, outbound: createOutbound() }), {
      ...{ locks, clock: systemClock, account: 'one' },
    });

  const outcome = await twoWriters(
    {
      zone,
      writers: [opened(), opened()],
      putBehind: ({ name, type }, rrset) =>
        server.put(zone, {
          ...{ name, type },
          values: (rrset?.values ?? []).map((value) => zoneFileValue(parseValue(type, value))),
        }),
    },
    8,
  );

  expect(outcome).toEqual({ lost: [], written: 32, foreignChanges: 8, noticed: 8 });
});
