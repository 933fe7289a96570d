const last = new Map<string, Promise<unknown>>();

/**
 * Runs work of one key one after the other, so that what each decides counts for the next: forty guesses at once must not all be
 * judged before the first is counted. Keys with nothing to do are not kept.
 */
export async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = last.get(key) ?? Promise.resolve();
  const own = before.then(work, work);
  last.set(key, own);
  try {
    return await own;
  } finally {
    if (last.get(key) === own) last.delete(key);
  }
}
