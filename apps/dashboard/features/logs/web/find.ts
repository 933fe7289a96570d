import { compilePattern, patternProblem } from '../contract-pattern.ts';

/** What is looked for in the lines of a page. */
export interface Finder {
  isIn(text: string): boolean;
  /** Where it stands; empty for patterns, which say only whether. */
  placesIn(text: string): [from: number, to: number][];
}

/** Makes a finder; null when nothing is looked for, a sentence when the pattern is wrong. */
export function finderOf(words: string | undefined, isPattern: boolean): Finder | string | null {
  if (words === undefined || words === '') return null;
  if (isPattern) {
    return patternProblem(words) ?? { isIn: compilePattern(words), placesIn: () => [] };
  }
  const wanted = words.toLowerCase();
  return {
    isIn: (text) => text.toLowerCase().includes(wanted),
    placesIn(text) {
      const lower = text.toLowerCase();
      const places: [number, number][] = [];
      // A letter whose small form is longer would move what follows; such a line is marked as a whole.
      if (lower.length !== text.length) return places;
      for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, at + wanted.length))
        places.push([at, at + wanted.length]);
      return places;
    },
  };
}
