import { useSyncExternalStore } from 'react';
import { formatInstant, formatRelative } from './format.ts';

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** The time in ms since 1970, renewed every 5 s by one timer for the whole page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, currentTime);
}

function currentTime(): number {
  // Between the two looks that React takes at it the time stands still.
  if (timer === undefined && Date.now() - now > 1000) now = Date.now();
  return now;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of [...listeners]) each();
  }, 5000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** An instant (ISO-8601) as `4 min ago`, with the whole of it on hover and for machines; renders when its words change. */
export function Time({ at }: { at: string }) {
  const instant = Date.parse(at);
  const words = useSyncExternalStore(subscribe, () => formatRelative(instant, currentTime()));
  return (
    <time dateTime={at} title={formatInstant(instant)} className="whitespace-nowrap">
      {words}
    </time>
  );
}
