import { queryOptions } from '@tanstack/react-query';
import { api, pagesQuery } from '../../../web/feature.ts';
import type { Notice } from '../contract.ts';
import type { NoticeFilter } from './filter.ts';
import { keys } from './live.ts';

/** Notices, newest first, page by page. */
export function noticesQuery(filter: NoticeFilter) {
  return pagesQuery<Notice>(keys.list(filter), (cursor, signal) =>
    api.notices.list({ query: { ...filter, cursor, limit: 30 }, signal }),
  );
}

/** How many notices are unread. */
export const unreadQuery = queryOptions({
  queryKey: keys.unread,
  queryFn: ({ signal }) => api.notices.unread({ signal }),
});
