import type { Audit, EntryFilter } from '@nebula/audit';
import { type Page, pageWindow } from '@nebula/contract';
import type { Context } from '@nebula/runtime';
import type { AuditEntry } from './contract.ts';

/** Entries that match the filter, newest first. */
export async function listEntries(
  book: Audit,
  context: Context,
  query: EntryFilter & { limit: number; cursor?: string | undefined },
): Promise<Page<AuditEntry>> {
  const { limit, cursor, ...filter } = query;
  const rows = await book.list(context.sql, filter, cursor ?? null, limit + 1);
  const { items, next } = pageWindow(rows, limit, (row) => row.id);
  return { items: items.map((row) => ({ ...row, at: row.at.toISOString() })), next };
}
