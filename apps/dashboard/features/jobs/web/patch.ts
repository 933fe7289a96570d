import { type Pages, patchRows } from '../../../web/shell/pages.ts';
import type { Run } from '../contract.ts';
import type { RunFilter } from './filter.ts';

/** Puts changed runs into the loaded pages: known ones in place, new ones that match at the top, the newest first. */
export function patchRuns(
  pages: Pages<Run>,
  changes: ReadonlyMap<string, Run>,
  filter: RunFilter,
): Pages<Run> {
  const known = new Set<string>();
  const patched = patchRows(pages, (run) => {
    known.add(run.id);
    return changes.get(run.id) ?? run;
  });
  const fresh = [...changes.values()]
    .filter((run) => !known.has(run.id) && matches(run, filter))
    .sort((one, other) => (one.createdAt < other.createdAt ? 1 : -1));
  const [first, ...rest] = patched.pages;
  if (fresh.length === 0 || first === undefined) return patched;
  const newest = first.items[0]?.createdAt;
  const above = fresh.filter((run) => newest === undefined || run.createdAt >= newest);
  return { ...patched, pages: [{ ...first, items: [...above, ...first.items] }, ...rest] };
}

function matches(run: Run, { state, targetId }: RunFilter): boolean {
  return (
    (state === undefined || run.state === state) && (targetId === undefined || run.target.id === targetId)
  );
}
