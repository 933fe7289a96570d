import pino from 'pino';
import { redactLine } from './redaction.ts';

export { forgetSecret, redact, redactJson, registerSecret } from './redaction.ts';

/** Writes one JSON line per call: a static message and a data object. `error` means that somebody must act. */
export interface Log {
  debug(data: object, message: string): void;
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
  /** A log whose every line carries `bindings` too. */
  child(bindings: Record<string, unknown>): Log;
}

/** Levels of {@link createLog}, least urgent first. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/**
 * Makes the log of a process. Every line passes `redact` before it is written, so a known secret does not reach
 * the destination even inside an error's text.
 */
export function createLog(options: {
  service: string;
  level: LogLevel;
  write?: (line: string) => void;
}): Log {
  const write = options.write ?? toStandardOutput();
  return pino(
    {
      level: options.level,
      base: { service: options.service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: errorFacts },
    },
    { write: (line: string) => write(redactLine(line)) },
  );
}

let isWatched = false;

/** Whoever read our output may have gone, as `npm start | tee` does; that costs log lines, not the server. */
function toStandardOutput(): (line: string) => void {
  if (!isWatched) process.stdout.on('error', ignoreGoneReader);
  isWatched = true;
  return (line) => process.stdout.write(line);
}

function ignoreGoneReader(error: Error): void {
  if (!('code' in error && error.code === 'EPIPE')) throw error;
}

/** Of an error only what is known to be harmless: libraries hang whole clients, with their secrets, on errors. */
function errorFacts(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const cause = error.cause === undefined || depth > 4 ? {} : { cause: errorFacts(error.cause, depth + 1) };
  return { type: error.name, message: error.message, ...code, stack: error.stack, ...cause };
}
