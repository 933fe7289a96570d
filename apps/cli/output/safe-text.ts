/**
 * What a terminal would obey or hide instead of showing: C0 and C1 controls, marks that turn the direction of writing, what
 * has no width, separators that break lines, tags, and halves of surrogate pairs. The joiner of emoji stays.
 */
const harmful = new RegExp(
  [
    '[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}]',
    '[\\u00ad\\u061c\\u200b\\u200c\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff\\ufff0-\\ufffb]',
    // Letters and marks that take no room, or a blank's.
    '\\u034f|[\\u115f\\u1160\\u17b4\\u17b5\\u3164\\uffa0]|[\\u180b-\\u180f]|[\\u{e0000}-\\u{e0fff}]',
  ].join('|'),
  'gu',
);

/** Text that shows on one line as it is: everything harmful stands as `\x1b` or `\u{202e}`. */
export function safeText(text: string): string {
  return text.replace(harmful, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code === 9) return '\\t';
    if (code === 10) return '\\n';
    if (code === 13) return '\\r';
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** JSON whose strings hold the same text, with everything harmful written as `\uXXXX`. */
export function safeJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent) ?? 'null';
  return text.replace(harmful, (character) => {
    if (character === '\n') return character;
    return [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join('');
  });
}

const wide =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])$/u;
const narrow = /^[\p{Mn}\p{Me}\u200d]$/u;

/** Columns that safe text takes on a terminal, counted by character as wcwidth(3) does. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

/** The text cut to at most `columns`, with an ellipsis where something is missing. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = '';
  let width = 1;
  for (const character of text) {
    width += columnsOf(character);
    if (width > columns) break;
    kept += character;
  }
  return `${kept}…`;
}

function columnsOf(character: string): number {
  if (narrow.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
