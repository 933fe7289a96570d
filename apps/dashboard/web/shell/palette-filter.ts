import type { Command } from '../feature.ts';

/** What the first character of the palette's text asks for. */
export interface PaletteQuery {
  /** `commands` after `>`, `things` after `@`, both otherwise. */
  mode: 'all' | 'commands' | 'things';
  text: string;
}

/** Takes the mode from the first character. */
export function readPaletteQuery(typed: string): PaletteQuery {
  const text = typed.trim();
  if (text.startsWith('>')) return { mode: 'commands', text: text.slice(1).trim() };
  if (text.startsWith('@')) return { mode: 'things', text: text.slice(1).trim() };
  return { mode: 'all', text };
}

/** The commands that match, best first; without text all of them, the recently used first. */
export function filterCommands(
  commands: readonly Command[],
  text: string,
  recent: readonly string[],
): Command[] {
  const wanted = text.toLowerCase();
  if (wanted === '') return [...commands].sort((one, other) => rank(recent, one.id) - rank(recent, other.id));
  return commands
    .map((command) => ({ command, score: score(command, wanted) }))
    .filter((found) => found.score > 0)
    .sort((one, other) => other.score - one.score)
    .map((found) => found.command);
}

function rank(recent: readonly string[], id: string): number {
  const place = recent.indexOf(id);
  return place === -1 ? recent.length : place;
}

/** 5: begins so; 4: a word begins so; 3: holds it; 2: a keyword does; 1: its letters come in this order; 0: no match. */
function score({ title, keywords = '', section }: Command, wanted: string): number {
  const name = title.toLowerCase();
  if (name.startsWith(wanted)) return 5;
  if (name.includes(` ${wanted}`)) return 4;
  if (name.includes(wanted)) return 3;
  if (`${keywords} ${section}`.toLowerCase().includes(wanted)) return 2;
  return hasInOrder(name, wanted) ? 1 : 0;
}

function hasInOrder(name: string, letters: string): boolean {
  let from = 0;
  for (const letter of letters) {
    from = name.indexOf(letter, from) + 1;
    if (from === 0) return false;
  }
  return true;
}
