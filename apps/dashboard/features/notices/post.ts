import type { Permission } from '@nebula/contract';
import { newId, type Sql } from '@nebula/db';
import { appendEvents, holdEventOrder } from '@nebula/events';
import { notices, type NoticeLevel } from './contract.ts';
import { shownNotice } from './shown.ts';
import { insertNotice } from './store.ts';

/** A notice before it is posted. */
export interface NewNotice {
  /** Who sees it: one user, or everybody with a permission. */
  to: { userId: string } | { permission: Permission };
  /** What happened, as `<feature>.<event>`. */
  kind: string;
  level: NoticeLevel;
  /** One line, at most 200 characters are kept. */
  subject: string;
  /** A sentence or two more, at most 2000 characters are kept. */
  detail?: string;
  /** Page that tells more, as a path of the web such as `/jobs/<id>`. */
  href?: string;
  /** A key that is posted once for its audience, such as `run:<id>`. */
  dedupeKey?: string;
  at: Date;
}

/**
 * Posts a notice in the caller's transaction and tells those who may see it once that commits. Call it last in
 * `context.write`, with `change.sql`: the event it appends holds a lock until the commit. Answers the notice's id, or null
 * when its dedupe key is there already.
 */
export async function postNotice(sql: Sql, notice: NewNotice): Promise<string | null> {
  // Ids made under the lock grow in the order of commits, which "all read up to here" relies on.
  await holdEventOrder(sql);
  const row = {
    id: newId(),
    at: notice.at,
    userId: 'userId' in notice.to ? notice.to.userId : null,
    permission: 'permission' in notice.to ? notice.to.permission : null,
    kind: notice.kind,
    level: notice.level,
    subject: oneLine(notice.subject, 200),
    detail: notice.detail?.slice(0, 2000).toWellFormed() ?? '',
    href: notice.href ?? null,
    dedupeKey: notice.dedupeKey ?? null,
  };
  if (!(await insertNotice(sql, row))) return null;
  const data = shownNotice({ ...row, isRead: false });
  await appendEvents(sql, [
    { topic: notices.events['notice-posted'].name, access: accessTo(notice.to), data },
  ]);
  return row.id;
}

/** Who hears of a notice on the live stream. */
function accessTo(to: NewNotice['to']): string {
  return 'userId' in to ? `notices:read user:${to.userId}` : `notices:read ${to.permission}`;
}

function oneLine(text: string, max: number): string {
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, max)
    .toWellFormed();
}
