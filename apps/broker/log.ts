/** Writes one line; facts never hold bodies, queries or headers. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  facts?: Record<string, unknown>,
) => void;

/** A log of one JSON object per line. */
export function createLog(write: (line: string) => void, now: () => Date): Log {
  return (level, message, facts = {}) => {
    write(
      `${JSON.stringify({ level, time: now().toISOString(), name: 'broker', event: message, ...facts })}\n`,
    );
  };
}
