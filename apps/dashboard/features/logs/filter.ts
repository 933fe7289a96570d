import type { Level, LogEntry, LogStream } from './contract.ts';
import { levelOf } from './level.ts';
import { compilePattern, type TextTest } from './contract-pattern.ts';
import type { StoredLine } from './record.ts';

/** Which lines are wanted, as it was asked. */
export interface LineQuery {
  app?: string[] | undefined;
  search?: string | undefined;
  isPattern: boolean;
  level?: Level[] | undefined;
  stream?: LogStream | undefined;
}

/** Makes an entry of a line that is wanted; null for others. Gaps are always told. */
export type LineTest = (app: string, line: StoredLine) => LogEntry | null;

/** Makes the test once for all lines. The contract has proven a pattern. */
export function lineTest({ search, isPattern, level, stream }: LineQuery): LineTest {
  const hasText = textTest(search, isPattern);
  const levels = level === undefined || level.length === 0 ? null : new Set(level);
  return (app, line) => {
    if (line.gap === null) {
      if (stream !== undefined && line.stream !== stream) return null;
      if (hasText !== null && !hasText(line.text)) return null;
    }
    const own = line.gap === null ? levelOf(line.text) : null;
    if (line.gap === null && levels !== null && (own === null || !levels.has(own))) return null;
    return { app, ...line, level: own };
  };
}

function textTest(search: string | undefined, isPattern: boolean): TextTest | null {
  if (search === undefined || search === '') return null;
  if (!isPattern) {
    const wanted = search.toLowerCase();
    return (text) => text.toLowerCase().includes(wanted);
  }
  return compilePattern(search);
}
