const storageKey = 'nebula-reloaded-at';
const pauseMs = 60_000;
const checkMs = 3000;

/**
 * Loads the page anew when a part of it cannot be fetched any more: the server was updated and has parts of other names now.
 * At most once a minute, so that a part that is really broken shows its error instead.
 */
export function reloadAfterUpdate(): void {
  window.addEventListener('vite:preloadError', () => {
    const last = Number(sessionStorage.getItem(storageKey) ?? 0);
    if (Date.now() - last < pauseMs) return;
    void reloadIfServed();
  });
}

/** Without the server a reload would leave the browser's own error page, which does not come back by itself. */
async function reloadIfServed(): Promise<void> {
  const isServed = await fetch('/api/health', { signal: AbortSignal.timeout(checkMs) }).then(
    (response) => response.ok,
    () => false,
  );
  if (!isServed) return;
  sessionStorage.setItem(storageKey, String(Date.now()));
  window.location.reload();
}
