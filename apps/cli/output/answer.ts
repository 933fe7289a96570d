import { columnsFor, textOf } from './columns.ts';
import { isPage, isRow } from './rows.ts';
import { safeJson } from './safe-text.ts';
import { details, table } from './table.ts';
import { noTerminal, type Terminal } from './terminal.ts';

/** How an answer is shown: for people, for programs, or only what one needs to go on. */
export type Form = 'people' | 'json' | 'quiet';

/** Where an answer is shown and what the time is there; a person at a terminal reads times as distances. */
export interface View {
  terminal: Terminal;
  now: Date;
}

/** The text of an answer of `feature.endpoint`; empty when there is nothing to say. */
export function shownAnswer(endpoint: string, answer: unknown, form: Form, view?: View): string {
  if (answer === undefined) return '';
  if (form === 'json') return `${safeJson(answer)}\n`;
  if (form === 'quiet') return essential(answer);
  if (isPage(answer)) {
    return answer.items.length === 0 ? 'Nothing.\n' : shownRows(endpoint, answer.items, view);
  }
  return isRow(answer) && isShallow(answer)
    ? shownObject(endpoint, answer, view)
    : `${safeJson(answer, 2)}\n`;
}

function shownRows(name: string, rows: Record<string, unknown>[], view: View | undefined): string {
  const columns = columnsFor(name, rows);
  const now = nowOf(view);
  return table(
    columns.map(({ heading }) => heading),
    rows.map((row) => columns.map(({ cell }) => cell(row, now))),
    view?.terminal,
  );
}

function nowOf(view: View | undefined): Date | null {
  return view === undefined || view.terminal.columns === null ? null : view.now;
}

/** A document of many levels, such as an OpenAPI one, reads better as it is. */
function isShallow(answer: Record<string, unknown>, levels = 2): boolean {
  return Object.values(answer).every(
    (value) => !isRow(value) || (levels > 0 && isShallow(value, levels - 1)),
  );
}

/** The values of an object within an answer, each under its path. */
function leaves(path: string, value: unknown): [string, unknown][] {
  if (!isRow(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(`${path}.${name}`, inner));
}

function shownObject(endpoint: string, answer: Record<string, unknown>, view: View | undefined): string {
  const plain: [string, string][] = [];
  let lists = '';
  const now = nowOf(view);
  for (const [name, value] of Object.entries(answer)) {
    if (Array.isArray(value) && value.length > 0 && value.every(isRow)) {
      lists += `\n${name}\n${shownRows(`${endpoint}.${name}`, value, view)}`;
    } else if (isRow(value)) {
      for (const [path, part] of leaves(name, value)) plain.push([path, textOf(part, now)]);
    } else plain.push([name, textOf(value, now)]);
  }
  return details(plain, view?.terminal ?? noTerminal) + lists;
}

/** Ids of a list, else the one value without which nothing goes on: a new key, a run, an id. */
function essential(answer: unknown): string {
  const rows = isPage(answer) ? answer.items : isRow(answer) ? [answer] : [];
  const values = rows.map((row) => row['token'] ?? row['runId'] ?? row['id']);
  return values.flatMap((value) => (typeof value === 'string' ? [`${value}\n`] : [])).join('');
}
