import { createInterface } from 'node:readline';
import { type ExitCode, exitCodes, Failure, usage } from '../failure.ts';
import { safeJson } from '../output/safe-text.ts';

/**
 * Opens a socket, sends each line of standard input as a message and prints each message as a line; both are JSON. Ends when the
 * server closes or the person interrupts; the end of standard input ends nothing, since answers may still come.
 *
 * @throws {Failure} when the socket cannot be opened or the server ends it with a reason
 */
export async function talk(
  url: string,
  key: string | null,
  signal: AbortSignal,
  print: (text: string) => void,
): Promise<void> {
  const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  const socket = new WebSocket(url, { headers });
  const closed = new Promise<CloseEvent>((resolve) =>
    socket.addEventListener('close', resolve, { once: true }),
  );
  const opened = new Promise<void>((resolve) =>
    socket.addEventListener('open', () => resolve(), { once: true }),
  );
  socket.addEventListener('message', ({ data }) => print(`${safeJson(parsed(String(data)))}\n`));
  const stop = () => socket.close(1000);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([opened, closed]);
    if (socket.readyState === WebSocket.OPEN) await Promise.race([sendLines(socket), closed]);
    const { code, reason } = await closed;
    if (!signal.aborted && code !== 1000) throw failureOf(code, reason);
  } finally {
    signal.removeEventListener('abort', stop);
    process.stdin.destroy();
  }
}

async function sendLines(socket: WebSocket): Promise<void> {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    if (parsed(line) === line) throw usage(`Each line must be JSON; this is not: ${line.slice(0, 80)}`);
    socket.send(line);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the text stands for itself.
    return text;
  }
}

/** Codes of RFC 6455 §7.4, and 4401 of ours for the end of a session. */
function failureOf(code: number, reason: string): Failure {
  const exits: Record<number, ExitCode> = {
    1008: exitCodes.usage,
    4401: exitCodes.denied,
    1011: exitCodes.unexpected,
  };
  const sentence =
    reason === '' ? `The connection ended (${code}).` : `The server ended the connection: ${reason}.`;
  return new Failure(exits[code] ?? exitCodes.unreachable, sentence);
}
