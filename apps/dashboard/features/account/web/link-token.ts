const taken = new Map<string, string>();

/**
 * The one-time token behind the `#` of this page's link; null when there is none. The address is cleared at once, so that the
 * token stays out of the history, and it is kept in memory only.
 */
export function takeLinkToken(): string | null {
  const { hash, pathname } = window.location;
  const found = readLinkToken(hash);
  if (found === null) return taken.get(pathname) ?? null;
  taken.set(pathname, found);
  window.history.replaceState(window.history.state, '', pathname);
  return found;
}

/** Takes the token from a fragment such as `#abc`; null when there is nothing that could be one. */
export function readLinkToken(fragment: string): string | null {
  const text = fragment.replace(/^#/, '').trim();
  return /^[\w.~-]{8,100}$/.test(text) ? text : null;
}
