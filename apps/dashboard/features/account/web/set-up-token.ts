let token: string | null = null;

/**
 * The one-time token behind the `#` of the set-up link; null when there is none. The address is cleared at once, so that the
 * token stays out of the history, and it is kept in memory only.
 */
export function takeSetUpToken(): string | null {
  const found = readSetUpToken(window.location.hash);
  if (found === null) return token;
  token = found;
  window.history.replaceState(window.history.state, '', window.location.pathname);
  return token;
}

/** Takes the token from a fragment such as `#abc`; null when there is nothing that could be one. */
export function readSetUpToken(fragment: string): string | null {
  const text = fragment.replace(/^#/, '').trim();
  return /^[\w.~-]{8,100}$/.test(text) ? text : null;
}
