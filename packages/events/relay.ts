import type { Database } from '@nebula/db';
import type { Log } from '@nebula/log';
import type { Hub } from './hub.ts';
import { eventsAfter, lastEventId, outboxChannel } from './store.ts';

/**
 * Carries committed events from the outbox to the hub of this process until the signal aborts. Notifications wake it; after
 * a lost database connection it looks by itself, so that none is missed.
 */
export async function relayEvents(options: {
  database: Database;
  hub: Hub;
  log: Log;
  signal: AbortSignal;
}): Promise<void> {
  const { database, hub, log, signal } = options;
  let position = await lastEventId(database.sql);
  let isReading = false;
  let isAskedAgain = false;

  async function read(): Promise<void> {
    if (isReading) {
      isAskedAgain = true;
      return;
    }
    isReading = true;
    try {
      do {
        isAskedAgain = false;
        position = await readFrom(database, hub, position);
      } while (isAskedAgain);
    } catch (error) {
      log.warn({ error }, 'events could not be read; the next notification tries again');
    } finally {
      isReading = false;
    }
  }

  const wake = () => void read();
  await database.listen(outboxChannel, { onMessage: wake, onReconnect: wake }, signal);
}

async function readFrom(database: Database, hub: Hub, start: number): Promise<number> {
  let position = start;
  for (;;) {
    const rows = await eventsAfter(database.sql, position, 200);
    for (const row of rows) {
      hub.publish({ topic: row.topic, access: row.access, data: JSON.parse(row.data) });
      position = row.id;
    }
    if (rows.length < 200) return position;
  }
}
