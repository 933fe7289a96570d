import type { QueryClient } from '@tanstack/react-query';

/** Whose data the cache holds; null until somebody has signed in. */
let owner: string | null = null;

/**
 * Says who is signed in now. When it is somebody else than before, everything that was loaded for the other is forgotten, and what is
 * on the page is asked for anew: a family shares a browser, and a session may end without a word.
 */
export function ownCache(client: QueryClient, userId: string | null): void {
  if (userId === null || userId === owner) return;
  const isOther = owner !== null;
  owner = userId;
  if (isOther) void client.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
}
