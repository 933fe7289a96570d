import type { Level } from './contract.ts';

const words: Record<string, Level> = {
  ...{ trace: 'trace', trc: 'trace', verbose: 'trace', debug: 'debug', dbg: 'debug', debug1: 'debug' },
  ...{ info: 'info', inf: 'info', information: 'info', notice: 'info', log: 'info', success: 'info' },
  ...{ warn: 'warn', warning: 'warn', wrn: 'warn' },
  ...{ error: 'error', err: 'error', eror: 'error', severe: 'error' },
  ...{
    fatal: 'fatal',
    ftl: 'fatal',
    critical: 'fatal',
    crit: 'fatal',
    panic: 'fatal',
    emerg: 'fatal',
    alert: 'fatal',
  },
};

/** How pino and bunyan number levels. */
const numbers: readonly [number, Level][] = [
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
];

/** Where lines say their level; more than this is not looked at. */
const looked = 300;
const mostWords = 4;
const field =
  /["']?\b(?:level|lvl|severity|loglevel|log\.level|levelname)["']?\s*[:=]\s*(?:"([a-zA-Z]+)"|'([a-zA-Z]+)'|([a-zA-Z]+)|(\d{1,2})\b)/;
const bracketed = /[[<(|]\s*([a-zA-Z]{3,11})\d?\s*[\]>)|]/g;
const time = /^\[?\d{2,4}[-/:.]\d{2}[\d\sT,.:/+Z-]*\]?/;
/** klog: `E1126 04:47:00.123456 1 file.go:1] text`. */
const klog = /^([IWEF])\d{4} \d{2}:\d{2}:\d{2}/;
const letters: Record<string, Level> = { I: 'info', W: 'warn', E: 'error', F: 'fatal' };

/** What a line says of its own urgency: a field, a word in brackets, or one at its beginning or behind its time. */
export function levelOf(line: string): Level | null {
  const start = withoutEscapes(line.slice(0, looked));
  const named = field.exec(start);
  if (named !== null) {
    const level =
      named[4] === undefined ? wordLevel(named[1] ?? named[2] ?? named[3]) : numberLevel(named[4]);
    if (level !== null) return level;
  }
  const short = klog.exec(start)?.[1];
  if (short !== undefined) return letters[short] ?? null;
  for (const word of start.replace(time, '').trimStart().split(/\s+/, mostWords)) {
    const level = wordLevel(marked(word));
    if (level !== null) return level;
  }
  for (const [, word] of start.matchAll(bracketed)) {
    const level = wordLevel(word);
    if (level !== null) return level;
  }
  return null;
}

function wordLevel(word: string | undefined): Level | null {
  return word === undefined ? null : (words[word.toLowerCase()] ?? null);
}

/** A word that stands for a level and not for itself: in capitals, or in brackets, or before a colon. */
function marked(word: string): string | undefined {
  const [, before = '', bare, after = ''] =
    /^([^a-zA-Z]{0,3})([a-zA-Z]{3,11})([^a-zA-Z]{0,3})$/.exec(word) ?? [];
  return bare === undefined || (before + after === '' && bare !== bare.toUpperCase()) ? undefined : bare;
}

function numberLevel(digits: string): Level | null {
  const value = Number(digits);
  return numbers.findLast(([least]) => value >= least)?.[1] ?? null;
}

function withoutEscapes(text: string): string {
  return text.includes('\u001b') ? text.replaceAll(/\u001b\[[0-9;:]*m/g, '') : text;
}
