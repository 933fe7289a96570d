import { usage } from '../failure.ts';
import { isPage, isRow } from './rows.ts';
import { safeJson, safeText } from './safe-text.ts';

/**
 * Only the named fields of an answer: one line per row of a list, tabs between fields, dots lead into objects. Throws a usage
 * failure that names the fields there are.
 */
export function selected(answer: unknown, fields: string): string {
  const names = fields.split(',').map((name) => name.trim());
  const rows = isPage(answer) ? answer.items : isRow(answer) ? [answer] : [];
  for (const name of names) refuseUnknown(name, rows);
  return rows.map((row) => `${names.map((name) => plain(at(row, name))).join('\t')}\n`).join('');
}

function refuseUnknown(name: string, rows: Record<string, unknown>[]): void {
  if (name !== '' && (rows.length === 0 || rows.some((row) => at(row, name) !== undefined))) return;
  const known = [...new Set(rows.flatMap((row) => Object.keys(row)))].join(', ');
  throw usage(`--output: there is no field ${JSON.stringify(name)}.`, {
    next: known === '' ? 'Name fields of the answer, such as id,name.' : `There are: ${known}.`,
  });
}

function at(row: unknown, path: string): unknown {
  let value = row;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

function plain(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? safeJson(value) : safeText(String(value));
}
