/** What a toast says: the result of something the person did. */
export interface Notice {
  kind: 'success' | 'error';
  title: string;
  description?: string;
  /** One thing to do about it, such as undoing it. */
  action?: { label: string; run: () => void };
}

const waiting: Notice[] = [];
const listeners = new Set<() => void>();
let isWanted = false;

/** Shows a toast: success for 4 s, an error until it is dismissed. The code of toasts is fetched with the first one. */
export function notify(notice: Notice): void {
  waiting.push(notice);
  isWanted = true;
  for (const listener of [...listeners]) listener();
}

/** Whether there has been anything to show. */
export function areToastsWanted(): boolean {
  return isWanted;
}

/** Takes what waits to be shown. */
export function takeNotices(): Notice[] {
  return waiting.splice(0);
}

/** Calls `listener` with each new notice; answers how to stop. */
export function onNotice(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
