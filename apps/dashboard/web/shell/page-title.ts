import { useEffect, useSyncExternalStore } from 'react';

let override: string | null = null;
const listeners = new Set<() => void>();

/** Names the page by what it shows (a container, a run) instead of by its route. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    set(title);
    return () => set(null);
  }, [title]);
}

/** The title of the page: its own, or that of its route; it is put into the browser's title too. */
export function useShownTitle(routeTitle: string): string {
  const own = useSyncExternalStore(subscribe, () => override);
  const title = own ?? routeTitle;
  useEffect(() => {
    document.title = title === '' ? 'NebulaCommand' : `${title} · NebulaCommand`;
  }, [title]);
  return title;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function set(title: string | null): void {
  override = title;
  for (const listener of listeners) listener();
}
