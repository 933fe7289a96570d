import { api } from '../../../web/feature.ts';
import type { LogEntry } from '../contract.ts';
import { shownText } from './ansi.ts';
import { copy } from './copy.ts';
import type { Wanted } from './source.ts';

/** Lines of one file at most. */
const most = 200_000;

/** Collects all lines that are kept of what is wanted, and gives them to the browser as a file. */
export async function downloadLines({ since, ...filter }: Wanted): Promise<void> {
  const parts: string[] = [];
  let count = 0;
  let cursor: string | undefined;
  do {
    const { items, next } = await api.logs.list({
      query: { ...filter, ...(since === undefined ? {} : { since }), limit: '2000', order: 'newest', cursor },
    });
    parts.unshift(linesAsText(items.toReversed(), filter.app.length > 1));
    count += items.length;
    cursor = next ?? undefined;
  } while (cursor !== undefined && count < most);
  const address = URL.createObjectURL(new Blob(parts, { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${filter.app
    .join('+')
    .replaceAll(/[^\w.+-]+/g, '-')
    .slice(0, 80)}.log`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Lines as plain text: time, app where there are several, and what was written. */
export function linesAsText(lines: readonly LogEntry[], isSeveral: boolean): string {
  return lines
    .map(({ time, app, text, gap }) => {
      const words = gap === null ? shownText(text) : `-- ${copy.gaps[gap.reason](gap.lines)} --`;
      return `${time} ${isSeveral ? `${app} ` : ''}${words}\n`;
    })
    .join('');
}
