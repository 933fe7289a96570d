import { useSyncExternalStore } from 'react';

const storageKey = 'nebula-sky-paused';
const listeners = new Set<() => void>();
let paused = readPaused();
let holds = 0;

/** True when the person paused the background; remembered in this browser (WCAG 2.2.2 asks for the switch). */
export function useSkyPaused(): boolean {
  return useSyncExternalStore(onSkyMotion, isSkyPaused);
}

/** Whether the person paused the background. */
export function isSkyPaused(): boolean {
  return paused;
}

/** Pauses or starts the background and remembers it. */
export function setSkyPaused(next: boolean): void {
  paused = next;
  try {
    localStorage.setItem(storageKey, next ? 'yes' : 'no');
  } catch {
    // Storage can be forbidden; the choice then lasts until the page is left.
  }
  notify();
}

/** Keeps the sky still, as while a dialog is open; answers how to let it go on. */
export function holdSky(): () => void {
  holds += 1;
  notify();
  return () => {
    holds -= 1;
    notify();
  };
}

/** True when nothing asks the sky to keep still. */
export function maySkyMove(): boolean {
  return !paused && holds === 0;
}

/** Calls `listener` when {@link maySkyMove} may have changed; answers how to stop. */
export function onSkyMotion(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function notify(): void {
  for (const listener of [...listeners]) listener();
}

function readPaused(): boolean {
  try {
    return globalThis.localStorage?.getItem(storageKey) === 'yes';
  } catch {
    // Storage can be forbidden; the sky then moves as for a first visitor.
    return false;
  }
}
