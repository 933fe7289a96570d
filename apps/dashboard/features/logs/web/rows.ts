/** Where each line of a virtual list stands: heights are known before anything is drawn, since all letters are as wide. */
export interface Rows {
  /** Offset of each line, and the height of all at the end. */
  offsets: Float64Array;
}

/** Lays out lines of so many rows each. */
export function layOut(rowsOf: readonly number[], rowHeight: number): Rows {
  const offsets = new Float64Array(rowsOf.length + 1);
  for (const [at, rows] of rowsOf.entries()) offsets[at + 1] = (offsets[at] ?? 0) + rows * rowHeight;
  return { offsets };
}

/** The first line that reaches below `top`. */
export function lineAt({ offsets }: Rows, top: number): number {
  let low = 0;
  let high = Math.max(0, offsets.length - 2);
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle + 1] ?? 0) > top) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Rows that a text takes when it is broken at any letter after so many columns; wide letters count twice. */
export function rowsOfText(text: string, columns: number): number {
  if (columns < 1) return 1;
  // Almost every line is of plain letters, whose width is its length.
  if (!wide.test(text)) return Math.max(1, Math.ceil(text.length / columns));
  let rows = 1;
  let used = 0;
  for (const letter of text) {
    const width = wide.test(letter) ? 2 : 1;
    if (used + width > columns) {
      rows += 1;
      used = 0;
    }
    used += width;
  }
  return rows;
}

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]/u;
