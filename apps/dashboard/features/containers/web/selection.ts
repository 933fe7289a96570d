import { useCallback, useSyncExternalStore } from 'react';

let selected: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

function change(next: ReadonlySet<string>): void {
  selected = next;
  for (const listener of [...listeners]) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Puts a container into the selection or takes it out. */
export function toggleSelected(id: string): void {
  const next = new Set(selected);
  if (!next.delete(id)) next.add(id);
  change(next);
}

/** Selects all of them, or none when all were. */
export function toggleAll(ids: readonly string[]): void {
  const next = new Set(selected);
  const isFull = ids.every((id) => next.has(id));
  for (const id of ids)
    if (isFull) next.delete(id);
    else next.add(id);
  change(next);
}

/** Selects nothing. */
export function clearSelection(): void {
  change(new Set());
}

/** Forgets those that are not there any more. */
export function keepSelected(isThere: (id: string) => boolean): void {
  const next = new Set([...selected].filter(isThere));
  if (next.size !== selected.size) change(next);
}

/** The selected ids; renders anew when they change. */
export function useSelection(): ReadonlySet<string> {
  return useSyncExternalStore(subscribe, () => selected);
}

/** Whether one is selected; only then does its row render anew. */
export function useIsSelected(id: string): boolean {
  return useSyncExternalStore(
    subscribe,
    useCallback(() => selected.has(id), [id]),
  );
}
