import { api } from '../../../web/feature.ts';
import type { LogEntry } from '../contract.ts';
import { plainText } from '../contract-text.ts';
import { copy } from './copy.ts';
import type { Wanted } from './source.ts';

/** Gives all kept lines of what is wanted to the browser as a file, which the server makes as the browser takes it. */
export async function downloadLines(wanted: Wanted): Promise<void> {
  // What is wrong with the question is told on the page, not by a browser that saves an error as a file.
  await api.logs.list({ query: { ...wanted, limit: '1' } });
  const link = document.createElement('a');
  link.href = api.logs.download({ query: wanted });
  link.download = '';
  link.click();
}

/** Lines as plain text: time, app where there are several, and what was written. */
export function linesAsText(lines: readonly LogEntry[], isSeveral: boolean): string {
  return lines
    .map(({ time, app, text, gap }) => {
      const words = gap === null ? plainText(text) : `-- ${copy.gaps[gap.reason](gap.lines)} --`;
      return `${time} ${isSeveral ? `${app} ` : ''}${words}\n`;
    })
    .join('');
}
