import type { Notice } from './contract.ts';
import type { NoticeRow } from './store.ts';

/** A notice on the wire; its event has the same shape. */
export function shownNotice(row: NoticeRow & { isRead: boolean }): Notice {
  const { id, kind, level, subject, detail, href, isRead } = row;
  return { id, at: row.at.toISOString(), kind, level, subject, detail, href, isRead };
}
