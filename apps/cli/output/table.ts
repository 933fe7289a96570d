import { cut, safeText, widthOf } from './safe-text.ts';

/** Columns that one cell takes at most; the details of a single object are never cut. */
const widest = 72;

/** Aligned columns under their headings; every cell is made harmless. */
export function table(headings: string[], rows: string[][]): string {
  const cells = [headings, ...rows].map((row) => row.map((cell) => cut(safeText(cell), widest)));
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => widthOf(row[column] ?? ''))));
  return cells.map((row) => `${line(row, widths)}\n`).join('');
}

/** `label  value` lines. */
export function details(rows: [label: string, value: string][]): string {
  const widest = Math.max(0, ...rows.map(([label]) => widthOf(safeText(label))));
  return rows.map(([label, value]) => `${line([safeText(label), safeText(value)], [widest, 0])}\n`).join('');
}

function line(cells: string[], widths: number[]): string {
  return cells
    .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell))))
    .join('  ')
    .trimEnd();
}
