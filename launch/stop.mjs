/**
 * @typedef {object} StopListener
 * @property {AbortSignal} signal aborted at the first SIGINT, SIGTERM or SIGHUP
 * @property {<T>(work: Promise<T>) => Promise<T>} orAborted the work, or an AbortError when asked to stop before
 * @property {(what: string) => void} waitsFor names what a second Ctrl-C is told about
 * @property {() => void} dispose
 */

const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Turns the first stop signal into an abort and answers later ones with what is still being waited for.
 * @param {(line: string) => void} say
 * @returns {StopListener}
 */
export function listenForStop(say) {
  const controller = new AbortController();
  let waitingFor = '';
  let since = Date.now();
  const onSignal = () => {
    if (!controller.signal.aborted) {
      controller.abort();
      return;
    }
    const seconds = Math.round((Date.now() - since) / 1000);
    say(
      waitingFor === ''
        ? 'Already stopping.'
        : `Still waiting for the ${waitingFor} to stop (${seconds} s so far, at most 30 s).`,
    );
  };
  for (const name of signals) process.on(name, onSignal);
  /** @type {Promise<never>} */
  const aborted = new Promise((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true });
  });
  aborted.catch(() => {});
  return {
    signal: controller.signal,
    orAborted: (work) => Promise.race([work, aborted]),
    waitsFor(what) {
      waitingFor = what;
      since = Date.now();
    },
    dispose: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
