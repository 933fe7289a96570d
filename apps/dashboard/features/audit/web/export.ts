import { useMutation } from '@tanstack/react-query';
import { api, notify, troubleOf } from '../../../web/feature.ts';
import type { AuditEntry } from '../contract.ts';
import { copy } from './copy.ts';
import type { AuditFilter } from './filter.ts';

/** More would fill the browser's memory; the command line writes all of them. */
const mostEntries = 100_000;

interface Page {
  items: AuditEntry[];
  next: string | null;
}

/** Entries as lines of JSON, newest first, page after page; `isCut` when there are more than are taken. */
export async function linesOf(
  readPage: (cursor: string | undefined) => Promise<Page>,
  most = mostEntries,
): Promise<{ lines: string[]; isCut: boolean }> {
  const lines: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const { items, next } = await readPage(cursor);
    for (const entry of items) lines.push(`${JSON.stringify(entry)}\n`);
    if (next === null || lines.length >= most) return { lines, isCut: next !== null };
    cursor = next;
  }
}

/** Saves every entry that fits the filter as a file of the person's browser. */
export function useExport(filter: AuditFilter) {
  return useMutation({
    mutationFn: () => linesOf((cursor) => api.audit.list({ query: { ...filter, cursor, limit: 200 } })),
    onSuccess({ lines, isCut }) {
      save(`audit-${new Date().toISOString().slice(0, 10)}.jsonl`, lines);
      const words = isCut ? copy.export.cut(lines.length) : copy.export.done(lines.length);
      // A warning stays until it is read.
      notify({ kind: isCut ? 'error' : 'success', title: words });
    },
    onError(error) {
      const { sentence, nextStep } = troubleOf(error);
      notify({ kind: 'error', title: copy.export.failed, description: `${sentence} ${nextStep}` });
    },
  });
}

function save(name: string, lines: string[]): void {
  const address = URL.createObjectURL(new Blob(lines, { type: 'application/jsonl' }));
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.click();
  // The browser has read the address by the next turn.
  setTimeout(() => URL.revokeObjectURL(address));
}
