const settleMs = 5000;

/**
 * Lets the browser keep the program itself (never what the server says), so that it can be installed and opens when the server
 * is away. It begins after the page is at rest. Where that is not possible (no https, a certificate that is not trusted)
 * everything works without.
 */
export function registerWorker(): void {
  if (!('serviceWorker' in navigator)) return;
  window.addEventListener('load', () => {
    setTimeout(() => {
      navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' }).catch((error: unknown) => {
        console.info('The page cannot be kept for times without the server:', error);
      });
    }, settleMs);
  });
}
