import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, notify, troubleOf } from '../../../web/feature.ts';
import { patchRows } from '../../../web/shell/pages.ts';
import type { Pages } from '../../../web/feature.ts';
import type { Notice, Unread } from '../contract.ts';
import { copy } from './copy.ts';
import { keys } from './live.ts';

/** Marks one notice as read. */
export function useMarkRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.notices.markRead({ params: { id } }),
    onSuccess: (unread, id) => showRead(client, unread, (notice) => notice.id === id),
    onError: tellFailure,
  });
}

/** Marks the newest notice and all before it as read. */
export function useMarkAllRead() {
  const client = useQueryClient();
  return useMutation({ mutationFn: () => markAllRead(client), onError: tellFailure });
}

/** {@link useMarkAllRead} for commands: answers whether there was anything to mark. */
export async function markAllRead(client: QueryClient): Promise<boolean> {
  const newest = await api.notices.list({ query: { limit: 1 } });
  const upTo = newest.items[0]?.id;
  if (upTo === undefined) return false;
  const unread = await api.notices.markAllRead({ body: { upTo } });
  showRead(client, unread, ({ id }) => id <= upTo);
  return true;
}

/** Says that marking failed, and why. */
export function tellFailure(error: unknown): void {
  const { sentence, nextStep } = troubleOf(error);
  notify({ kind: 'error', title: copy.failed, description: `${sentence} ${nextStep}` });
}

/** Read rows stay where they are until the list is loaded anew: nothing moves under the reader's hand. */
function showRead(client: QueryClient, unread: Unread, isMeant: (notice: Notice) => boolean): void {
  client.setQueryData<Unread>(keys.unread, unread);
  client.setQueriesData<Pages<Notice>>(
    { queryKey: keys.lists },
    (pages) =>
      pages &&
      patchRows(pages, (notice) =>
        isMeant(notice) && !notice.isRead ? { ...notice, isRead: true } : notice,
      ),
  );
}
