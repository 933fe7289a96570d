import { unreadable } from './transfer-unreadable.ts';

/** A record of a CSV file and the line in which it begins, counted from 1. */
export interface CsvRecord {
  line: number;
  cells: string[];
}

/** Characters of one record at most, looked at after every cell; longer ones would hold up everybody else. */
export const mostRecord = 1_000_000;

/**
 * Reads comma-separated values strictly as RFC 4180 has them, one record at a time: quotes around a whole cell or not at all, a
 * quote within as two, records ended by LF or CR LF. Of many empty lines or cells a null comes now and then, so that others get turns.
 *
 * @param separator what stands between cells: `,` or, as some spreadsheets write, `;` or a tab
 * @throws AppError FILE_UNREADABLE with the line
 */
export function* readCsv(text: string, separator: string): Generator<CsvRecord | null> {
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let line = 1;
  const plain = new RegExp(`[^"\\r\\n${separator}]*`, 'y');
  while (at < text.length) {
    const record: CsvRecord = { line, cells: [] };
    const begun = at;
    for (;;) {
      if (text[at] === '"') {
        const parts: string[] = [];
        for (let from = at + 1; ; from = at + 1) {
          const end = text.indexOf('"', from);
          if (end === -1) throw unreadable('quote-open', line);
          parts.push(text.slice(from, end));
          at = end + 1;
          if (at - begun > mostRecord) throw unreadable('too-long', line);
          if (text[at] !== '"') break;
        }
        const cell = parts.join('"');
        record.cells.push(cell);
        line += countOfLines(cell);
      } else {
        plain.lastIndex = at;
        const cell = plain.exec(text)?.[0] ?? '';
        record.cells.push(cell);
        at += cell.length;
      }
      if (at - begun > mostRecord) throw unreadable('too-long', line);
      if (text[at] !== separator) break;
      at += 1;
      if (record.cells.length % 1000 === 0) yield null;
    }
    const isWindows = text[at] === '\r' && text[at + 1] === '\n';
    if (at < text.length && text[at] !== '\n' && !isWindows) throw unreadable('quote-inside', line);
    at += isWindows ? 2 : 1;
    line += 1;
    if (record.cells.length > 1 || record.cells[0] !== '') yield record;
    else if (line % 1000 === 0) yield null;
  }
}

/** Records as RFC 4180 has them. */
export function writeCsv(cells: readonly string[]): string {
  const written = cells.map((cell) =>
    /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
  );
  return `${written.join(',')}\r\n`;
}

/** What makes a spreadsheet take a cell for a formula (OWASP, CSV injection), and the mark before it. */
const obeyed = /^['=+\-@\t\r\n＝＋－＠]/;

/** A cell that no spreadsheet runs. */
export function harmless(cell: string): string {
  return obeyed.test(cell) ? `'${cell}` : cell;
}

/** The cell behind {@link harmless}. */
export function plainCell(cell: string): string {
  return cell.startsWith("'") && obeyed.test(cell.slice(1)) ? cell.slice(1) : cell;
}

function countOfLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
