import { useNavigate, useSearch } from '@tanstack/react-router';

/** Search parameters as they stand in the address: plain words, never JSON. */
export type Search = Record<string, string>;

/** Reads `?a=1&b=2`; of a name given twice the last counts. */
export function parseSearch(text: string): Search {
  return Object.fromEntries(new URLSearchParams(text));
}

/** Writes search parameters; empty and missing values are left out. */
export function stringifySearch(search: Record<string, unknown>): string {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== '') words.set(name, String(value));
  }
  const text = words.toString();
  return text === '' ? '' : `?${text}`;
}

/**
 * Filters that live in the address, so that a reload, a bookmark and the back button keep them. `read` takes the words of
 * the address and answers only what is valid.
 */
export function useUrlFilter<T extends Record<string, string | undefined>>(
  read: (search: Search) => T,
): [filter: T, change: (changes: Partial<T>) => void] {
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  return [
    read(search),
    (changes) =>
      void navigate({ to: '.', search: { ...search, ...changes }, replace: true, resetScroll: false }),
  ];
}
