import { join } from 'node:path';
import type { MigrationSet } from '@nebula/db';

export { type Connected, Hub, type Message, type Reader } from './hub.ts';
export { relayEvents } from './relay.ts';
export { appendEvents, holdEventOrder, type OutboxEvent, removeEventsBefore } from './store.ts';

/** Table of the outbox. */
export const eventMigrations: MigrationSet = { id: 'events', dir: join(import.meta.dirname, 'migrations') };
