const storageKey = 'nebula-recent-commands';
const kept = 6;

/** Ids of the commands used last, newest first. */
export function readRecent(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]');
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string').slice(0, kept) : [];
  } catch {
    // Forbidden or damaged storage: the palette then has no memory.
    return [];
  }
}

/** Puts a command first among the recent ones. */
export function rememberRecent(id: string): void {
  try {
    const next = [id, ...readRecent().filter((other) => other !== id)].slice(0, kept);
    localStorage.setItem(storageKey, JSON.stringify(next));
  } catch {
    // Forbidden storage costs the order of the palette, nothing else.
  }
}
