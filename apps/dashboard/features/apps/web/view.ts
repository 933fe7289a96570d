import type { Search } from '../../../web/feature.ts';
import { readView, type View } from '../../history/web/index.ts';

/** What the page shows, as it stands in the address. */
export type AppView = View & { at?: string | undefined };

/** Takes the view from the address; an hour is shown when it says nothing. */
export function readAppView(search: Search): AppView {
  const { range, from, to } = readView(search);
  const at = Date.parse(search['at'] ?? '');
  return {
    range: range ?? 'hour',
    from,
    to,
    at: Number.isNaN(at) ? undefined : new Date(at).toISOString(),
  };
}
