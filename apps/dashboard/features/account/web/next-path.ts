/** Where to go after signing in: a path of our own, or the start when the address names anything else. */
export function nextPath(wanted: string | undefined): string {
  if (wanted === undefined || !/^\/(?![/\\])/.test(wanted)) return '/';
  return /^\/(sign-in|set-up|invitation|reset)\b/.test(wanted) ? '/' : wanted;
}
