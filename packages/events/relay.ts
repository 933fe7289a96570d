import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@nebula/db';
import type { Log } from '@nebula/log';
import type { Hub } from './hub.ts';
import { eventsAfter, lastEventId, outboxChannel } from './store.ts';

/**
 * Carries events that are committed from now on from the outbox to the hub of this process until the signal aborts.
 * Notifications wake it; it looks by itself each time it begins to hear them, so that none is missed. A read that fails is
 * made again after 0.1 s to 5 s.
 */
export async function relayEvents(options: {
  database: Database;
  hub: Hub;
  log: Log;
  signal: AbortSignal;
}): Promise<void> {
  const { database, hub, log, signal } = options;
  let position: number | null = null;
  let reading = Promise.resolve();
  let isReading = false;
  let isAskedAgain = false;

  async function readOnce(): Promise<void> {
    position ??= await lastEventId(database.sql);
    for (;;) {
      const rows = await eventsAfter(database.sql, position, 200);
      for (const row of rows) {
        position = row.id;
        hub.publish({ topic: row.topic, access: row.access, data: JSON.parse(row.data) });
      }
      if (rows.length < 200) return;
    }
  }

  async function read(): Promise<void> {
    let waitMs = 100;
    while (isAskedAgain && !signal.aborted) {
      isAskedAgain = false;
      try {
        await readOnce();
        waitMs = 100;
      } catch (error) {
        log.warn({ error, waitMs }, 'events could not be read; trying again');
        isAskedAgain = true;
        // An abort ends the wait; the loop sees it.
        await sleep(waitMs, undefined, { signal }).catch(() => undefined);
        waitMs = Math.min(5000, waitMs * 2);
      }
    }
    // At once, not a turn later: a wake in between would be lost.
    isReading = false;
  }

  function wake(): void {
    isAskedAgain = true;
    if (isReading) return;
    isReading = true;
    reading = read();
  }

  wake();
  await database.listen(outboxChannel, { onMessage: wake, onListening: wake }, signal);
  await reading;
}
