import { useSyncExternalStore } from 'react';
import type { Container } from '../contract.ts';

/** A container as what is done to it needs it. */
export type Target = Pick<Container, 'id' | 'name' | 'state' | 'app'>;

/** What can be done to one container. */
export type Verb = 'start' | 'stop' | 'restart' | 'pause' | 'unpause' | 'kill' | 'rename' | 'remove';

/** What a person has chosen and is still to confirm. */
export interface Asked {
  verb: Verb;
  target: Target;
}

let asked: Asked | null = null;
const listeners = new Set<() => void>();

/** Asks the person; the page that is open, or the next one that can, shows the question. Null takes it back. */
export function ask(next: Asked | null): void {
  asked = next;
  for (const listener of [...listeners]) listener();
}

/** Whether something on the page shows questions. */
export function canAsk(): boolean {
  return listeners.size > 0;
}

/** What is asked just now. */
export function useAsked(): Asked | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked,
  );
}
