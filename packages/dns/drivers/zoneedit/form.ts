/** Fields of a page's forms by name; of several with one name the last counts, as the panel itself has it. */
export type FormFields = Map<string, string>;

const attributesText = String.raw`((?:[^>"']|"[^"]*"|'[^']*')*)`;
const inputs = new RegExp(String.raw`<input\b${attributesText}>`, 'gi');
const areas = new RegExp(String.raw`<textarea\b${attributesText}>([\s\S]*?)</textarea>`, 'gi');
const selects = new RegExp(String.raw`<select\b${attributesText}>([\s\S]*?)</select>`, 'gi');
const options = new RegExp(String.raw`<option\b${attributesText}>`, 'gi');

/**
 * Reads the fields a browser would send of a page: inputs (boxes only when ticked, no buttons), text areas, selected options.
 * Works on tags alone, because the panel's pages are not well-formed; what stands in an attribute stays in it.
 */
export function formFields(html: string): FormFields {
  const fields: FormFields = new Map();
  for (const [, text = ''] of html.matchAll(inputs)) {
    const attributes = attributesOf(text);
    const name = attributes.get('name');
    const type = (attributes.get('type') ?? 'text').toLowerCase();
    const isTick = type === 'checkbox' || type === 'radio';
    if (name === undefined || ['submit', 'button', 'image', 'reset', 'file'].includes(type)) continue;
    if (isTick && !attributes.has('checked')) continue;
    fields.set(name, attributes.get('value') ?? (isTick ? 'on' : ''));
  }
  for (const [, text = '', inner = ''] of html.matchAll(areas)) {
    const name = attributesOf(text).get('name');
    if (name !== undefined) fields.set(name, decodeEntities(inner).replace(/^\r?\n/, ''));
  }
  for (const [, text = '', inner = ''] of html.matchAll(selects)) {
    const name = attributesOf(text).get('name');
    const choices = [...inner.matchAll(options)].map(([, option = '']) => attributesOf(option));
    const chosen = choices.find((option) => option.has('selected')) ?? choices[0];
    if (name !== undefined && chosen !== undefined) fields.set(name, chosen.get('value') ?? '');
  }
  return fields;
}

/** The text of a page's error marks, or null when it has none. */
export function errorText(html: string): string | null {
  const found = [
    ...html.matchAll(/<font\b[^>]*class\s*=\s*["']?error\b[^>]*>([\s\S]*?)(?:<\/font>|<\/td>|$)/gi),
  ]
    .map(([, inner = '']) => plainText(inner))
    .filter((text) => text !== '');
  return found.length === 0 ? null : found.join(' ');
}

/** A page without its tags. */
export function plainText(html: string): string {
  return decodeEntities(html.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
}

/** Targets of a page's links. */
export function linksOf(html: string): string[] {
  const tags = html.matchAll(new RegExp(String.raw`<a\b${attributesText}>`, 'gi'));
  return [...tags].flatMap(([, text = '']) => attributesOf(text).get('href') ?? []);
}

function attributesOf(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = '', double, single, plain] of text.matchAll(
    /([^\s=/"'<>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?/g,
  )) {
    const key = name.toLowerCase();
    if (!attributes.has(key)) attributes.set(key, decodeEntities(double ?? single ?? plain ?? ''));
  }
  return attributes;
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,5}));?/g,
    (whole, decimal, hex, name) => {
      if (name !== undefined) return named[String(name).toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
    },
  );
}
