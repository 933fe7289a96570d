/** A colour as red, green and blue from 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Reads `#rgb` or `#rrggbb`; throws a TypeError for anything else. */
export function parseHex(text: string): Rgb {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim())?.[1];
  if (digits === undefined) throw new TypeError(`${text} is not a colour of the form #rrggbb`);
  const wide = digits.length === 3 ? digits.replace(/./g, '$&$&') : digits;
  const number = Number.parseInt(wide, 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/** `top` at `alpha` (0 to 1) over `below`. */
export function blend(top: Rgb, below: Rgb, alpha: number): Rgb {
  const mix = (at: 0 | 1 | 2) => Math.round(top[at] * alpha + below[at] * (1 - alpha));
  return [mix(0), mix(1), mix(2)];
}

/** Contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance). */
export function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function linear(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
