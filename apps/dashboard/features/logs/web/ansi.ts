import { escapes, withoutControls } from '../contract-text.ts';

/** The colours a line may have; each is a role of the theme. */
export type Ink = 'muted' | 'danger' | 'success' | 'warning' | 'info' | 'accent' | 'live' | 'ink';

/** How a piece of a line looks. */
export interface Look {
  ink: Ink | null;
  back: Ink | null;
  isBold: boolean;
  isDim: boolean;
  isItalic: boolean;
  isUnderlined: boolean;
}

/** A piece of a line that looks the same all through. */
export interface Span extends Look {
  text: string;
}

const plain: Look = {
  ink: null,
  back: null,
  isBold: false,
  isDim: false,
  isItalic: false,
  isUnderlined: false,
};
/** Black to white, as terminals number them. */
const inks: readonly Ink[] = ['muted', 'danger', 'success', 'warning', 'info', 'accent', 'live', 'ink'];
const tabWidth = 4;

/** Splits a line into pieces by its colours; every other escape and control character is left out. It is never markup. */
export function spansOf(line: string): Span[] {
  if (!line.includes('\u001b')) {
    const text = clean(line);
    return text === '' ? [] : [{ ...plain, text }];
  }
  const spans: Span[] = [];
  let look = plain;
  let at = 0;
  const take = (until: number) => {
    const text = clean(line.slice(at, until));
    if (text !== '') spans.push({ ...look, text });
  };
  for (const found of line.matchAll(escapes)) {
    take(found.index);
    at = found.index + found[0].length;
    if (found[2] === 'm') look = changed(look, found[1] ?? '');
  }
  take(line.length);
  return spans;
}

/** The text of a line as it is shown. */
export function shownText(line: string): string {
  return spansOf(line)
    .map(({ text }) => text)
    .join('');
}

function clean(text: string): string {
  return withoutControls(text.replaceAll('\t', ' '.repeat(tabWidth)));
}

function changed(before: Look, parameters: string): Look {
  const codes = (parameters === '' ? '0' : parameters).split(/[;:]/).map(Number);
  let look = before;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const isIndexed = codes[at + 1] === 5;
      const ink = isIndexed ? indexed(codes[at + 2] ?? 7) : nearest(codes.slice(at + 2, at + 5));
      look = code === 38 ? { ...look, ink } : { ...look, back: ink };
      at += isIndexed ? 2 : 4;
    } else {
      look = simple(look, code);
    }
  }
  return look;
}

function simple(look: Look, code: number): Look {
  if (code === 0) return plain;
  if (code === 1) return { ...look, isBold: true };
  if (code === 2) return { ...look, isDim: true };
  if (code === 3) return { ...look, isItalic: true };
  if (code === 4) return { ...look, isUnderlined: true };
  if (code === 22) return { ...look, isBold: false, isDim: false };
  if (code === 23) return { ...look, isItalic: false };
  if (code === 24) return { ...look, isUnderlined: false };
  if (code === 39) return { ...look, ink: null };
  if (code === 49) return { ...look, back: null };
  if (code >= 30 && code <= 37) return { ...look, ink: inks[code - 30] ?? null };
  if (code >= 90 && code <= 97) return { ...look, ink: inks[code - 90] ?? null };
  if (code >= 40 && code <= 47) return { ...look, back: inks[code - 40] ?? null };
  if (code >= 100 && code <= 107) return { ...look, back: inks[code - 100] ?? null };
  return look;
}

/** Of 256: sixteen plain ones, a cube of 6 × 6 × 6, then greys. */
function indexed(index: number): Ink {
  if (index < 16) return inks[index % 8] ?? 'ink';
  if (index >= 232) return index < 244 ? 'muted' : 'ink';
  const cube = index - 16;
  return nearest([Math.floor(cube / 36) * 51, (Math.floor(cube / 6) % 6) * 51, (cube % 6) * 51]);
}

/** Themes know eight inks that can be read on them; a colour becomes the one of its hue. */
function nearest([red = 0, green = 0, blue = 0]: number[]): Ink {
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  if (most - least < 40) return most < 128 ? 'muted' : 'ink';
  const isStrong = (part: number) => part - least > (most - least) / 2;
  const bits = (isStrong(red) ? 1 : 0) + (isStrong(green) ? 2 : 0) + (isStrong(blue) ? 4 : 0);
  return inks[bits] ?? 'ink';
}
