import { columnsFor, isRow, textOf } from './columns.ts';
import { safeJson } from './safe-text.ts';
import { details, table } from './table.ts';

/** How an answer is shown: for people, for programs, or only what one needs to go on. */
export type Form = 'people' | 'json' | 'quiet';

/** The text of an answer of `feature.endpoint`; empty when there is nothing to say. */
export function shownAnswer(endpoint: string, answer: unknown, form: Form): string {
  if (answer === undefined) return '';
  if (form === 'json') return `${safeJson(answer)}\n`;
  if (form === 'quiet') return essential(answer);
  if (isPage(answer)) {
    const columns = columnsFor(endpoint, answer.items);
    if (answer.items.length === 0) return 'Nothing.\n';
    return table(
      columns.map(({ heading }) => heading),
      answer.items.map((row) => columns.map(({ cell }) => cell(row))),
    );
  }
  return isRow(answer) && isShallow(answer) ? shownObject(answer) : `${safeJson(answer, 2)}\n`;
}

/** True for the answer of a list. */
export function isPage(answer: unknown): answer is { items: Record<string, unknown>[]; next: unknown } {
  return isRow(answer) && Array.isArray(answer['items']) && answer['items'].every(isRow);
}

/** A document of many levels reads better as it is. */
function isShallow(answer: Record<string, unknown>): boolean {
  return Object.values(answer).every((value) => !isRow(value) || !Object.values(value).some(isRow));
}

function shownObject(answer: Record<string, unknown>): string {
  const plain: [string, string][] = [];
  let lists = '';
  for (const [name, value] of Object.entries(answer)) {
    if (Array.isArray(value) && value.length > 0 && value.every(isRow)) {
      const columns = columnsFor(name, value);
      const rows = value.map((row) => columns.map(({ cell }) => cell(row)));
      lists += `\n${name}\n${table(
        columns.map(({ heading }) => heading),
        rows,
      )}`;
    } else if (isRow(value)) {
      for (const [inner, part] of Object.entries(value)) plain.push([`${name}.${inner}`, textOf(part)]);
    } else plain.push([name, textOf(value)]);
  }
  return details(plain) + lists;
}

/** Ids of a list, else the one value without which nothing goes on: a new key, a run, an id. */
function essential(answer: unknown): string {
  const rows = isPage(answer) ? answer.items : isRow(answer) ? [answer] : [];
  const values = rows.map((row) => row['token'] ?? row['runId'] ?? row['id']);
  return values.flatMap((value) => (typeof value === 'string' ? [`${value}\n`] : [])).join('');
}
