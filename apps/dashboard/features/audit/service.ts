import type { Audit, EntryFilter } from '@nebula/audit';
import { type Page, pageWindow } from '@nebula/contract';
import type { Context } from '@nebula/runtime';
import type { AuditEntry } from './contract.ts';
import { whenOf } from './contract-when.ts';

/** Entries that match the filter, newest first. */
export async function listEntries(
  book: Audit,
  context: Context,
  query: Omit<EntryFilter, 'from' | 'to'> & {
    from?: string | undefined;
    to?: string | undefined;
    limit: number;
    cursor?: string | undefined;
  },
  now: Date,
): Promise<Page<AuditEntry>> {
  const { limit, cursor, from, to, ...wanted } = query;
  const [start, end] = [from, to].map((text) => (text === undefined ? null : whenOf(text, now)));
  const filter = {
    ...wanted,
    ...(start ? { from: start } : {}),
    ...(end ? { to: end } : {}),
  };
  const rows = await book.list(context.sql, filter, cursor ?? null, limit + 1);
  const { items, next } = pageWindow(rows, limit, (row) => row.id);
  return { items: items.map((row) => ({ ...row, at: row.at.toISOString() })), next };
}
