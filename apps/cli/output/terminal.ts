import type { CliConfig } from '../settings.ts';

/** What the command line is connected to; a pipe or file gets whole values, no colours and no questions. */
export interface Terminal {
  /** Width of standard output in columns; null when it is no terminal. */
  columns: number | null;
  hasColour: boolean;
  /** A person sits at standard input and sees standard error, so they can be asked and shown progress. */
  isInteractive: boolean;
}

/** No terminal at all, as in a script. */
export const noTerminal: Terminal = { columns: null, hasColour: false, isInteractive: false };

/** The terminal of this process; colours follow no-color.org. */
export function terminalOf({ noColor, term }: Pick<CliConfig, 'noColor' | 'term'>): Terminal {
  const { stdin, stdout, stderr } = process;
  const isScreen = stdout.isTTY === true;
  return {
    columns: isScreen ? Math.max(20, stdout.columns || 80) : null,
    hasColour: isScreen && noColor === '' && term !== 'dumb',
    isInteractive: stdin.isTTY === true && stderr.isTTY === true,
  };
}

const codes = { red: 31, green: 32, yellow: 33, cyan: 36, bold: 1, dim: 2 } as const;
export type Colour = keyof typeof codes;

/** The text in a colour where the terminal has any; the text must be harmless already. */
export function painted(
  text: string,
  colour: Colour | null,
  { hasColour }: Pick<Terminal, 'hasColour'>,
): string {
  return hasColour && colour !== null && text !== '' ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text;
}

const good = new Set(['running', 'healthy', 'succeeded', 'done', 'ok', 'active', 'enabled']);
const bad = new Set(['failed', 'dead', 'unhealthy', 'denied', 'problem', 'fail', 'unreachable']);
const odd = new Set([
  'unknown',
  'restarting',
  'paused',
  'starting',
  'warning',
  'cancelled',
  'removing',
  'retrying',
]);

/** The colour of a word that tells a state; null for words that mean neither good nor bad. */
export function colourOfState(word: string): Colour | null {
  if (good.has(word)) return 'green';
  if (bad.has(word)) return 'red';
  return odd.has(word) ? 'yellow' : null;
}
