/**
 * Escapes of ECMA-48: CSI (colours end in m), OSC and other strings up to their end, and two-character ones. What is not closed
 * is taken away to the end of the line.
 */
export const escapes =
  /\u001b\[([0-9;:?<=>]*)[ -/]*([@-~])|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\|$)|\u001b\[[0-9;:?]*$|\u001b[ -/]*[0-~]?/g;
const controls = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text without control characters and without marks that turn its direction; it holds no escapes any more. */
export function withoutControls(text: string): string {
  return text.replaceAll(controls, '');
}

/** A line as plain text, which no terminal obeys. */
export function plainText(line: string): string {
  return withoutControls(line.includes('\u001b') ? line.replaceAll(escapes, '') : line);
}
