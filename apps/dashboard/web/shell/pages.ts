import type { Page } from '@nebula/contract';
import {
  type InfiniteData,
  infiniteQueryOptions,
  type QueryKey,
  useInfiniteQuery,
} from '@tanstack/react-query';

/** The pages of a list that were loaded so far, as the query cache keeps them. */
export type Pages<T> = InfiniteData<Page<T>, string | undefined>;

/** Where the page after `cursor` comes from. */
type Fetch<T> = (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>;

/** A list that is loaded page by page (keyset), as an option of queries. */
export function pagesQuery<T>(queryKey: QueryKey, fetchPage: Fetch<T>) {
  const firstPage: string | undefined = undefined;
  return infiniteQueryOptions({
    queryKey,
    initialPageParam: firstPage,
    queryFn: ({ pageParam, signal }: { pageParam: string | undefined; signal: AbortSignal }) =>
      fetchPage(pageParam, signal),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** Loads a list of {@link pagesQuery}; `rows` are all that were loaded so far. */
export function usePages<T>(options: ReturnType<typeof pagesQuery<T>>) {
  const query = useInfiniteQuery(options);
  return { ...query, rows: query.data?.pages.flatMap((page) => page.items) };
}

/**
 * Changes the rows of loaded pages without loading them again. `patch` answers the new row, the same row when nothing
 * changes, or null to drop it. Pages without a change stay the same objects.
 */
export function patchRows<T>(pages: Pages<T>, patch: (row: T) => T | null): Pages<T> {
  let isChanged = false;
  const next = pages.pages.map((page) => {
    const items = page.items.flatMap((row) => patch(row) ?? []);
    const isSame = items.length === page.items.length && items.every((row, at) => row === page.items[at]);
    if (isSame) return page;
    isChanged = true;
    return { ...page, items };
  });
  return isChanged ? { ...pages, pages: next } : pages;
}
