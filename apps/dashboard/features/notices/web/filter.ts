import type { Search } from '../../../web/feature.ts';
import type { Notice, NoticeLevel } from '../contract.ts';

/** What a list of notices is narrowed to. */
export type NoticeFilter = { level?: NoticeLevel | undefined; only?: 'unread' | undefined };

/** Levels in the order of their weight. */
export const levels: readonly NoticeLevel[] = ['danger', 'warning', 'success', 'info'];

/** Takes the filter from the address; what is not valid is left out. */
export function readNoticeFilter({ level, only }: Search): NoticeFilter {
  return { level: readLevel(level), only: only === 'unread' ? only : undefined };
}

/** Takes a level from words that may be anything. */
export function readLevel(word: string | undefined): NoticeLevel | undefined {
  return levels.find((level) => level === word);
}

/** Whether a notice belongs to a list that is narrowed so. */
export function matchesFilter(notice: Notice, { level, only }: NoticeFilter): boolean {
  return (level === undefined || notice.level === level) && (only === undefined || !notice.isRead);
}
