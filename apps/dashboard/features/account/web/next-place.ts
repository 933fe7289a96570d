const name = 'nebula-next';

/** Remembers for this tab where to go after a sign-in that leaves the page. */
export function rememberNext(path: string): void {
  try {
    sessionStorage.setItem(name, path);
  } catch {
    // Storage can be forbidden; then the start page is as good.
  }
}

/** Where to go after coming back, once. */
export function takeNext(): string {
  try {
    const path = sessionStorage.getItem(name) ?? '/';
    sessionStorage.removeItem(name);
    return path;
  } catch {
    return '/';
  }
}
