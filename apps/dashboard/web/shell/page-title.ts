import { useEffect, useSyncExternalStore } from 'react';

let override: { title: string; progress: string } | null = null;
const listeners = new Set<() => void>();

/** Names the page by what it shows (a container, a run) instead of by its route; `progress` leads the browser's title. */
export function usePageTitle(title: string, progress = ''): void {
  useEffect(() => {
    set({ title, progress });
    return () => set(null);
  }, [title, progress]);
}

/** Whether the page is named by what it shows, which is data, and not by its route. */
export function useTitleIsData(): boolean {
  return useSyncExternalStore(subscribe, () => override !== null);
}

/** The title of the page: its own, or that of its route; it is put into the browser's title too. */
export function useShownTitle(routeTitle: string): string {
  const own = useSyncExternalStore(subscribe, () => override);
  const title = own?.title ?? routeTitle;
  const progress = own?.progress ?? '';
  useEffect(() => {
    const words = [progress, title].filter(Boolean).join(' ');
    document.title = words === '' ? 'NebulaCommand' : `${words} · NebulaCommand`;
  }, [title, progress]);
  return title;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function set(next: typeof override): void {
  override = next;
  for (const listener of listeners) listener();
}
