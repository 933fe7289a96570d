import type { Command } from '../feature.ts';

/** What the first character of the palette's text asks for. */
export interface PaletteQuery {
  /** `commands` after `>`, `things` after `@`, `help` after `?`, all of them otherwise. */
  mode: 'all' | 'commands' | 'things' | 'help';
  text: string;
}

const modes = { '>': 'commands', '@': 'things', '?': 'help' } as const;

/** Takes the mode from the first character. */
export function readPaletteQuery(typed: string): PaletteQuery {
  const text = typed.trim();
  const sign = text.charAt(0);
  if (sign === '>' || sign === '@' || sign === '?') return { mode: modes[sign], text: text.slice(1).trim() };
  return { mode: 'all', text };
}

/** The commands that match, best first; without text all of them, the recently used first. */
export function filterCommands(
  commands: readonly Command[],
  text: string,
  recent: readonly string[],
): Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0)
    return [...commands].sort((one, other) => rank(recent, one.id) - rank(recent, other.id));
  return commands
    .map((command) => ({ command, score: scoreOf(command, words) }))
    .filter((found) => found.score > 0)
    .sort((one, other) => other.score - one.score)
    .map((found) => found.command);
}

function rank(recent: readonly string[], id: string): number {
  const place = recent.indexOf(id);
  return place === -1 ? recent.length : place;
}

/** Every word has to be found; the words may stand in any order. What begins with the first word is best. */
function scoreOf(command: Command, words: readonly string[]): number {
  const title = command.title.toLowerCase();
  const rest = `${command.keywords ?? ''} ${command.section} ${command.help ?? ''}`.toLowerCase();
  const scores = words.map((word) => wordScore(title, rest, word));
  if (scores.includes(0)) return 0;
  return scores.reduce((sum, score) => sum + score, 0) / words.length;
}

/** 5: the title begins so; 4: a word of it does; 3: it holds it; 2: a keyword does; 1: its letters come in this order; 0: no match. */
function wordScore(title: string, rest: string, word: string): number {
  if (title.startsWith(word)) return 5;
  if (title.includes(` ${word}`)) return 4;
  if (title.includes(word)) return 3;
  if (rest.includes(word)) return 2;
  return hasInOrder(title, word) ? 1 : 0;
}

function hasInOrder(name: string, letters: string): boolean {
  let from = 0;
  for (const letter of letters) {
    from = name.indexOf(letter, from) + 1;
    if (from === 0) return false;
  }
  return true;
}
