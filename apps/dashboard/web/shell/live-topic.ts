import type { QueryClient } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';

/** Something that is heard on the live stream. */
export interface LiveTopic {
  /** Name of the server-sent event. */
  topic: string;
  /** Takes what arrived since the last time, oldest first, as JSON texts. */
  receive: (texts: string[], client: QueryClient) => void;
  /** Forgets what was heard: the server is about to send all of it anew. */
  reset: () => void;
}

/** The newest value under a key; null when it is gone. */
export interface StateChange<T> {
  key: string;
  value: T | null;
}

/** A topic whose newest value per key is kept here, outside the query cache, since it changes often. */
export interface StateTopic<T> extends LiveTopic {
  /** The newest value under a key; undefined when none is known. Renders anew when it changes. */
  useValue: (key: string) => T | undefined;
}

/** Hears a state topic; `onChanges` gets each batch, to patch the query cache or keep a history. */
export function stateTopic<T>(
  topic: string,
  onChanges?: (changes: StateChange<T>[], client: QueryClient) => void,
): StateTopic<T> {
  const values = new Map<string, T>();
  const listeners = new Map<string, Set<() => void>>();

  function subscribe(key: string, listener: () => void): () => void {
    const ofKey = listeners.get(key) ?? new Set();
    listeners.set(key, ofKey.add(listener));
    return () => {
      ofKey.delete(listener);
      if (ofKey.size === 0) listeners.delete(key);
    };
  }

  function useValue(key: string): T | undefined {
    const subscribeKey = useCallback((listener: () => void) => subscribe(key, listener), [key]);
    return useSyncExternalStore(subscribeKey, () => values.get(key));
  }

  return {
    topic,
    useValue,
    receive(texts, client) {
      const changes = texts.map((text) => readJson<StateChange<T>>(text));
      const touched = new Set<string>();
      for (const { key, value } of changes) {
        if (value === null) values.delete(key);
        else values.set(key, value);
        touched.add(key);
      }
      onChanges?.(changes, client);
      for (const key of touched) for (const listener of [...(listeners.get(key) ?? [])]) listener();
    },
    reset() {
      // Listeners are not told: the fresh values follow in the same batch, and figures must not blink.
      values.clear();
    },
  };
}

/** Hears an event topic; `onEvents` gets each batch, oldest first. */
export function eventTopic<T>(
  topic: string,
  onEvents: (events: T[], client: QueryClient) => void,
): LiveTopic {
  return {
    topic,
    receive: (texts, client) =>
      onEvents(
        texts.map((text) => readJson<T>(text)),
        client,
      ),
    reset: () => undefined,
  };
}

/** What our own server sends has the shape that its contract declares. */
function readJson<T>(text: string): T {
  return JSON.parse(text);
}
