import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@nebula/log';
import pg from 'pg';

/** What `Database.listen` calls. */
export interface ListenHandlers {
  onMessage(payload: string): void;
  /** Notifications are heard from now on; those before, such as while a connection was lost, are not. */
  onListening(): void;
}

const connectMs = 5000;
const closeMs = 1000;
const againMs = 500;

/** Listens on one connection after the other until the signal aborts. */
export async function listen(
  config: pg.ClientConfig,
  channel: string,
  handlers: ListenHandlers,
  signal: AbortSignal,
  log: Log,
): Promise<void> {
  while (!signal.aborted) {
    const client = new pg.Client({ ...config, connectionTimeoutMillis: connectMs });
    const over = Promise.withResolvers<void>();
    const end = () => over.resolve();
    client.on('error', end);
    client.on('end', end);
    signal.addEventListener('abort', end);
    client.on('notification', (message) => handlers.onMessage(message.payload ?? ''));
    try {
      const begun = beginToListen(client, channel);
      // It may fail when nobody waits for it any more.
      begun.catch((error: unknown) => log.debug({ error, channel }, 'listening connection failed'));
      const isListening = await within(connectMs, Promise.race([begun, over.promise.then(() => false)]));
      if (isListening && !signal.aborted) {
        handlers.onListening();
        await over.promise;
      }
    } catch (error) {
      log.debug({ error, channel }, 'could not listen; trying again');
    } finally {
      signal.removeEventListener('abort', end);
      await close(client, log);
    }
    // An abort ends the wait; the loop sees it.
    await sleep(againMs, undefined, { signal }).catch(() => undefined);
  }
}

async function beginToListen(client: pg.Client, channel: string): Promise<boolean> {
  await client.connect();
  await client.query(`listen ${pg.escapeIdentifier(channel)}`);
  return true;
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => timeout.reject(new Error(`no answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([work, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** A server that does not answer does not hang up either. */
async function close(client: pg.Client, log: Log): Promise<void> {
  try {
    await within(closeMs, client.end());
  } catch (error) {
    log.debug({ error }, 'listening connection did not close');
    client.connection.stream.destroy();
  }
}
