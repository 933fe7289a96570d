import { AppError } from '@nebula/errors';

/** Refuses scopes that cover no permission, which would only be noticed when the key is used. Throws BAD_INPUT with the nearest. */
export function refuseUnknownScopes(permissions: readonly string[], scopes: string[]): void {
  const fields = scopes.flatMap((scope, at) =>
    covers(permissions, scope)
      ? []
      : [{ path: `body.scopes.${at}`, message: unknown(scope, nearestScopes(permissions, scope)) }],
  );
  const [first] = fields;
  if (first === undefined) return;
  // The field as a whole too, for those who show one message beside it.
  throw new AppError('BAD_INPUT', first.message, {
    fields: [{ path: 'body.scopes', message: first.message }, ...fields],
  });
}

/** The scopes that somebody may have meant, the nearest first. */
export function nearestScopes(permissions: readonly string[], scope: string): string[] {
  const features = new Set(permissions.map((permission) => `${permission.split(':')[0]}:*`));
  return [...permissions, ...features]
    .map((name) => ({ name, distance: distanceOf(scope, name) }))
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map(({ name }) => name);
}

function covers(permissions: readonly string[], scope: string): boolean {
  if (scope === '*') return true;
  const start = scope.endsWith(':*') ? scope.slice(0, -1) : null;
  return permissions.some((permission) =>
    start === null ? permission === scope : permission.startsWith(start),
  );
}

function unknown(scope: string, nearest: string[]): string {
  return `There is no scope ${scope}. The nearest are ${nearest.join(', ')}.`;
}

/** How many letters have to be changed, added or left out (Levenshtein). */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (letter === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
