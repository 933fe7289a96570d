import { eventTopic, type Pages } from '../../../web/feature.ts';
import type { Notice, Unread } from '../contract.ts';
import { matchesFilter, type NoticeFilter } from './filter.ts';

/** Keys of this feature in the query cache. */
export const keys = {
  all: ['notices'] as const,
  lists: ['notices', 'list'] as const,
  list: (filter: NoticeFilter) => ['notices', 'list', filter] as const,
  unread: ['notices', 'unread'] as const,
};

/** Notices as they are posted: they stand at the top of the lists that were loaded, and the bell counts them. */
export const noticeTopic = eventTopic<Notice>('notices.notice-posted', (events, client) => {
  // An answer that was asked for before these were posted would leave them out.
  if (client.isFetching({ queryKey: keys.all }) > 0) void client.invalidateQueries({ queryKey: keys.all });
  for (const query of client.getQueryCache().findAll({ queryKey: keys.lists })) {
    client.setQueryData<Pages<Notice>>(
      query.queryKey,
      (pages) => pages && addNotices(pages, events, filterOf(query.queryKey)),
    );
  }
  client.setQueryData<Unread>(
    keys.unread,
    (unread) => unread && { ...unread, count: Math.min(99, unread.count + events.length) },
  );
});

/** What was read elsewhere is asked for anew. */
export const readTopic = eventTopic<unknown>('notices.read-changed', (_events, client) => {
  void client.invalidateQueries({ queryKey: keys.all });
});

/** Puts new notices (oldest first) at the top of the loaded pages, unless they are there or do not belong. */
export function addNotices(
  pages: Pages<Notice>,
  events: readonly Notice[],
  filter: NoticeFilter,
): Pages<Notice> {
  const [first, ...rest] = pages.pages;
  if (first === undefined) return pages;
  const known = new Set(pages.pages.flatMap(({ items }) => items.map(({ id }) => id)));
  const fresh = events.filter((notice) => !known.has(notice.id) && matchesFilter(notice, filter)).reverse();
  if (fresh.length === 0) return pages;
  return { ...pages, pages: [{ ...first, items: [...fresh, ...first.items] }, ...rest] };
}

function filterOf([, , filter]: readonly unknown[]): NoticeFilter {
  return typeof filter === 'object' && filter !== null ? filter : {};
}
