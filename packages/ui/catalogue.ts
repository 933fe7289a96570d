/** What a catalogue may hold: texts, functions that make texts from values, and tables of both. */
type Texts = { readonly [name: string]: unknown };

const isPseudo = isPseudoWanted();

/** Whether texts are shown in the pseudo-locale; see {@link catalogue}. */
export function isPseudoLocale(): boolean {
  return isPseudo;
}

/**
 * The texts that people see of one part of the web, under a name of its own. With `?locale=pseudo` in the address (kept for
 * the tab) each is shown accented and 40 % longer, so that text which is in no catalogue, and room that is too narrow, can be
 * seen. Texts must therefore never be compared or used as keys; what is data (names, ids, what a server said) stands in an
 * element with `translate="no"` or one whose tag says so (`code`, `time`, `kbd`, `pre`, `samp`).
 */
export function catalogue<const T extends Texts>(_name: string, texts: T): T {
  return isPseudo ? pseudoOf(texts) : texts;
}

/** One text as the pseudo-locale shows it: no letter stays as it was, and two of five stand twice. */
export function pseudoText(text: string): string {
  let letters = 0;
  return text.replace(/[A-Za-z]/g, (letter) => {
    const accented = accents.get(letter) ?? letter;
    letters += 1;
    return letters % 5 === 2 || letters % 5 === 4 ? accented + accented.toLowerCase() : accented;
  });
}

const plain = 'abcdefghijklmnopqrstuvwxyz';
const marked = 'áƀçđéƒğĥíĵķłɱñóƥɋřšťúṽŵẋýž';
const accents = new Map(
  [...plain].flatMap((letter, at) => {
    const accented = marked.charAt(at);
    return [
      [letter, accented],
      [letter.toUpperCase(), accented.toUpperCase()],
    ] as const;
  }),
);

/** The same shape with other texts in it, which is what the cast says. */
function pseudoOf<T>(value: T): T {
  return changed(value) as T;
}

function changed(value: unknown): unknown {
  if (typeof value === 'string') return pseudoText(value);
  if (typeof value === 'function') return (...values: unknown[]) => changed(value(...values));
  if (Array.isArray(value)) return value.map(changed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, changed(inner)]));
}

function isPseudoWanted(): boolean {
  try {
    const asked = new URLSearchParams(globalThis.location?.search).get('locale');
    if (asked !== null) sessionStorage.setItem('nebula-locale', asked);
    return globalThis.sessionStorage?.getItem('nebula-locale') === 'pseudo';
  } catch {
    // Storage can be forbidden; texts are then as they are.
    return false;
  }
}
