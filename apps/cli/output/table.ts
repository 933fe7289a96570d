import { cut, safeText, widthOf } from './safe-text.ts';
import { type Colour, colourOfState, noTerminal, painted, type Terminal } from './terminal.ts';

/** Blanks between two columns. */
const gap = 2;
/** Columns that hold what a person copies are narrowed last. */
const precious = new Set(['ID', 'NAME', 'TOKEN']);
const stateHeadings = new Set(['STATE', 'HEALTH', 'OUTCOME', 'VERDICT', 'STATUS']);

/** Aligned columns under their headings; every cell is made harmless. Only on a terminal cells are cut to fit it. */
export function table(headings: string[], rows: string[][], terminal: Terminal = noTerminal): string {
  const cells = [headings, ...rows].map((row) => row.map(safeText));
  const natural = headings.map((_, column) => Math.max(...cells.map((row) => widthOf(row[column] ?? ''))));
  const widths = terminal.columns === null ? natural : fitted(headings, natural, terminal.columns);
  return cells
    .map((row, at) => {
      const colours = row.map((cell, column) => colourOf(at, cell, headings[column] ?? ''));
      const shown = row.map((cell, column) => cut(cell, widths[column] ?? 0));
      return `${line(shown, widths, colours, terminal)}\n`;
    })
    .join('');
}

function colourOf(row: number, cell: string, heading: string): Colour | null {
  if (row === 0) return 'bold';
  return stateHeadings.has(heading) ? colourOfState(cell) : null;
}

/** Widths that fit into `room` where that is possible with 6 columns each; the widest give way first. */
export function fitted(headings: string[], natural: number[], room: number): number[] {
  const isPrecious = headings.map((heading, at) => at === 0 || precious.has(heading));
  const total = (widths: number[]) => widths.reduce((sum, width) => sum + width, gap * (widths.length - 1));
  let widths = [...natural];
  for (const [least, isTaken] of [
    [12, (at: number) => isPrecious[at] !== true],
    [6, () => true],
  ] as const) {
    while (total(widths) > room) {
      const candidates = widths.filter((width, at) => isTaken(at) && width > least);
      if (candidates.length === 0) break;
      const widest = Math.max(...candidates);
      const at = widths.findIndex((width, index) => isTaken(index) && width === widest);
      widths = widths.with(at, widest - 1);
    }
  }
  return widths;
}

/** `label  value` lines; nothing is cut. */
export function details(rows: [label: string, value: string][], terminal: Terminal = noTerminal): string {
  const widest = Math.max(0, ...rows.map(([label]) => widthOf(safeText(label))));
  return rows
    .map(([label, value]) => {
      const colour = /(^|\.)(state|health|outcome|verdict)$/.test(label) ? colourOfState(value) : null;
      return `${line([safeText(label), safeText(value)], [widest, 0], [null, colour], terminal)}\n`;
    })
    .join('');
}

function line(cells: string[], widths: number[], colours: (Colour | null)[], terminal: Terminal): string {
  const last = cells.findLastIndex((cell) => cell !== '');
  return cells
    .slice(0, last + 1)
    .map((cell, column) => {
      const blanks = column === last ? 0 : Math.max(0, (widths[column] ?? 0) - widthOf(cell));
      return painted(cell, colours[column] ?? null, terminal) + ' '.repeat(blanks);
    })
    .join(' '.repeat(gap));
}
