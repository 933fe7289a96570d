import type { Search } from '../../../web/feature.ts';
import type { Level, LogStream } from '../contract.ts';

/** What stands in the address of the page. */
export type Place = {
  apps?: string | undefined;
  container?: string | undefined;
  q?: string | undefined;
  re?: 'yes' | undefined;
  only?: 'yes' | undefined;
  level?: Level | undefined;
  stream?: LogStream | undefined;
  since?: Since | undefined;
  line?: string | undefined;
  /** An instant: the lines before it are shown. */
  at?: string | undefined;
  wrap?: 'no' | undefined;
};

/** Spans that can be chosen, with their milliseconds. */
export const spans = { '15m': 900_000, '1h': 3_600_000, '6h': 21_600_000, '24h': 86_400_000 } as const;
export type Since = keyof typeof spans;
/** Beyond it a key has more than nineteen digits. */
const latest = 9_999_999_999_999;
/** A chosen level means it and all that are graver. */
export const levels: readonly Level[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** Takes the place from the address; what is not valid is left out. */
export function readPlace(words: Search): Place {
  const { apps, container, q, re, only, level, stream, since, line, at, wrap } = words;
  return {
    apps: apps === '' ? undefined : apps?.slice(0, 8000),
    container: /^[0-9a-f]{64}$/.test(container ?? '') ? container : undefined,
    q: q === '' ? undefined : q?.slice(0, 500),
    re: re === 'yes' ? 'yes' : undefined,
    only: only === 'yes' ? 'yes' : undefined,
    level: levels.find((known) => known === level),
    stream: stream === 'stdout' || stream === 'stderr' ? stream : undefined,
    since: isSince(since) ? since : undefined,
    line: /^.{1,520}~\d{19}$/.test(line ?? '') ? line : undefined,
    at: instantOf(at),
    wrap: wrap === 'no' ? 'no' : undefined,
  };
}

function instantOf(text: string | undefined): string | undefined {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) || at < 0 || at >= latest ? undefined : new Date(at).toISOString();
}

function isSince(word: string | undefined): word is Since {
  return word !== undefined && Object.hasOwn(spans, word);
}

/** Names of apps as they stand in the address. */
export function readApps(words: string | undefined): string[] {
  if (words === undefined) return [];
  return words.split(',').flatMap((word) => {
    try {
      return word === '' ? [] : [decodeURIComponent(word)];
    } catch {
      // Not one of ours: a percent sign without digits.
      return [];
    }
  });
}

/** See {@link readApps}. */
export function writeApps(apps: readonly string[]): string | undefined {
  return apps.length === 0
    ? undefined
    : apps.map((app) => app.replaceAll('%', '%25').replaceAll(',', '%2C')).join(',');
}

/** The levels that a chosen one means. */
export function levelsFrom(level: Level | undefined): Level[] | undefined {
  return level === undefined ? undefined : levels.slice(levels.indexOf(level));
}

/** Where the lines before an instant end: no line has this key, and no app this name. */
export function placeBefore(at: string): { app: string; key: string } {
  return { app: '', key: `${String(Date.parse(at)).padStart(13, '0')}000000` };
}

/** The line that a link names. */
export function readLine(line: string | undefined): { app: string; key: string } | null {
  const [, app, key] = /^(.*)~(\d{19})$/.exec(line ?? '') ?? [];
  return app === undefined || key === undefined ? null : { app, key };
}
