import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { type LiveFacts, type LiveStatus, liveStatus, retryDelay, silenceMs } from './live-status.ts';
import type { LiveTopic } from './live-topic.ts';
import { sessionQuery } from './session.tsx';

/** Changes that arrive within this time are taken together: one patch and one rendering. */
const batchMs = 50;
/** How long after its opening a page is at rest. */
const restMs = 3000;
/** A hidden tab lets its connection go after this time; browsers allow only six to one server over HTTP/1.1. */
const hiddenMs = 60_000;

/** After a silence of this length, as of a device that slept, everything shown is loaded anew once: not all of it has events. */
const longMs = 5 * 60_000;
/** How long a reload waits for a `resync` that asks for the same. */
const mergeMs = 500;

/** What the page knows about its connection. */
export interface LiveState {
  status: LiveStatus;
  heardAt: number | null;
}

let state: LiveState = { status: 'connecting', heardAt: null };
const listeners = new Set<() => void>();

/** How current the page is; renders anew when that changes. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

/**
 * Keeps one live connection to `address` and hands what arrives to the topics and the query cache: a `resync` throws away
 * what was heard and loads the lists again. Opens anew after silence and errors, resuming from the last id. Answers how to
 * stop.
 */
export function startLive(client: QueryClient, topics: LiveTopic[], address: string): () => void {
  const byName = Map.groupBy(topics, ({ topic }) => topic);
  const waiting = new Map<string, string[]>();
  const facts: LiveFacts = {
    isOnline: navigator.onLine,
    isOpen: false,
    startedAt: Date.now(),
    heardAt: null,
  };
  let openedAt = 0;
  let source: EventSource | null = null;
  let lastId = '';
  let attempt = 0;
  let mustReset = false;
  let isLate = false;
  let isFirst = true;
  let reloadTimer: ReturnType<typeof setTimeout> | undefined;
  let flushTimer: ReturnType<typeof setTimeout> | undefined;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let hideTimer: ReturnType<typeof setTimeout> | undefined;

  function open(): void {
    close();
    isLate ||= facts.heardAt !== null && Date.now() - facts.heardAt >= longMs;
    openedAt = Date.now();
    const resume = lastId === '' ? '' : `?lastEventId=${encodeURIComponent(lastId)}`;
    const opened = new EventSource(`${address}${resume}`);
    source = opened;
    opened.addEventListener('open', () => {
      hear();
      if (isLate) reloadIn(mergeMs);
      isLate = false;
    });
    opened.addEventListener('beat', hear);
    opened.addEventListener('resync', (event) => {
      mustReset = true;
      waiting.clear();
      remember(event);
    });
    for (const name of byName.keys()) {
      opened.addEventListener(name, (event: MessageEvent<string>) => {
        waiting.set(name, [...(waiting.get(name) ?? []), event.data]);
        remember(event);
      });
    }
    opened.addEventListener('error', () => {
      facts.isOpen = false;
      judge();
      // The browser tries again by itself unless the answer was no stream, as when the session ended.
      if (opened.readyState !== EventSource.CLOSED) return;
      void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      retryLater();
    });
  }

  function close(): void {
    clearTimeout(retryTimer);
    source?.close();
    source = null;
  }

  function retryLater(): void {
    attempt += 1;
    clearTimeout(retryTimer);
    retryTimer = setTimeout(open, retryDelay(attempt));
  }

  function remember(event: MessageEvent<string>): void {
    if (event.lastEventId !== '') lastId = event.lastEventId;
    flushTimer ??= setTimeout(flush, batchMs);
    hear();
  }

  function hear(): void {
    attempt = 0;
    facts.isOpen = true;
    facts.heardAt = Date.now();
    judge();
  }

  function flush(): void {
    flushTimer = undefined;
    if (mustReset) {
      mustReset = false;
      for (const topic of topics) topic.reset();
      // What a page loads while it opens is hardly older than the stream; it is asked for again when the page is at rest.
      reloadIn(isFirst ? restMs : mergeMs);
      isFirst = false;
    }
    const batch = [...waiting];
    waiting.clear();
    for (const [name, texts] of batch) {
      for (const topic of byName.get(name) ?? []) topic.receive(texts, client);
    }
  }

  function reloadIn(ms: number): void {
    clearTimeout(reloadTimer);
    reloadTimer = setTimeout(reload, ms);
  }

  function reload(): void {
    void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
  }

  function judge(): void {
    const status = liveStatus(facts, Date.now());
    if (status === state.status) return;
    state = { status, heardAt: facts.heardAt };
    for (const listener of listeners) listener();
  }

  /** A connection that died without a word (a laptop that slept) looks open; silence betrays it. */
  function watch(): void {
    judge();
    const lastSign = Math.max(openedAt, facts.heardAt ?? 0);
    if (source !== null && Date.now() - lastSign >= 2 * silenceMs) open();
  }

  function networkChanged(): void {
    facts.isOnline = navigator.onLine;
    judge();
    if (facts.isOnline && source?.readyState !== EventSource.OPEN) open();
  }

  function visibilityChanged(): void {
    clearTimeout(hideTimer);
    if (document.hidden) hideTimer = setTimeout(close, hiddenMs);
    else if (source === null) open();
    else watch();
  }

  open();
  const watchTimer = setInterval(watch, 1000);
  window.addEventListener('online', networkChanged);
  window.addEventListener('offline', networkChanged);
  document.addEventListener('visibilitychange', visibilityChanged);
  return () => {
    close();
    clearInterval(watchTimer);
    clearTimeout(flushTimer);
    clearTimeout(hideTimer);
    clearTimeout(reloadTimer);
    window.removeEventListener('online', networkChanged);
    window.removeEventListener('offline', networkChanged);
    document.removeEventListener('visibilitychange', visibilityChanged);
    for (const topic of topics) topic.reset();
  };
}
