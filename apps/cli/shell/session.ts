import { exitCodes, Failure } from '../failure.ts';
import { safeText } from '../output/safe-text.ts';
import { z } from 'zod';
import type { Server } from '../calls/server.ts';

/** What a shell is opened with. */
export interface ShellRequest {
  containerId: string;
  command: string[] | null;
  user: string | null;
  isElevated: boolean;
}

/** How it ended: the exit code, and a sentence where the code does not say it all. */
export interface ShellEnd {
  code: number;
  told: string | null;
}

/** What is used of the answers; by name, since a server may be without terminals. */
const Opened = z.object({ id: z.string() });
const Address = z.string();

type Message =
  | { kind: 'started' }
  | { kind: 'output'; data: string }
  | { kind: 'ended'; reason: string; exitCode: number | null; detail: string | null };

/** Ctrl-], which ends the connection as it does with telnet: a server that hangs hears no `exit`. */
const escapeKey = '\u001d';
const mostInOne = 65_536;

/** Opens a shell in this terminal; answers when it ended, and the terminal is then as it was before. */
export async function runShell(
  server: Server,
  request: ShellRequest,
  signal: AbortSignal,
): Promise<ShellEnd> {
  const { stdin, stdout } = process;
  const body = { ...request, ...sizeNow() };
  const opened = Opened.parse(await server.call('terminal', 'open', { params: {}, query: {}, body, signal }));
  const url = Address.parse(await server.call('terminal', 'attach', { params: opened, query: {}, signal }));
  const { key } = server.target;
  const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  const socket = new WebSocket(url, { headers });
  let ended: Extract<Message, { kind: 'ended' }> | null = null;
  let isLeft = false;

  const send = (message: object) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  const resize = () => send({ kind: 'resize', ...sizeNow() });
  const leave = () => {
    isLeft = true;
    socket.close(1000);
  };
  socket.addEventListener('message', ({ data }) => {
    const message: Message = JSON.parse(String(data));
    if (message.kind === 'output') stdout.write(message.data);
    if (message.kind === 'ended') ended = message;
  });
  const closed = new Promise<CloseEvent>((resolve) =>
    socket.addEventListener('close', resolve, { once: true }),
  );
  const connected = new Promise<void>((resolve) =>
    socket.addEventListener('open', () => resolve(), { once: true }),
  );
  signal.addEventListener('abort', leave, { once: true });
  try {
    await Promise.race([connected, closed]);
    stdout.on('resize', resize);
    // The window may have changed since it was asked for.
    resize();
    typeInto(send, leave);
    const { code, reason } = await closed;
    if (ended !== null) return endOf(ended);
    if (signal.aborted) return { code: exitCodes.interrupted, told: null };
    if (isLeft) return { code: exitCodes.ok, told: 'Left; what ran in it has ended.' };
    throw lost(code, reason);
  } finally {
    signal.removeEventListener('abort', leave);
    stdout.off('resize', resize);
    if (stdin.isTTY) stdin.setRawMode(false);
    stdin.destroy();
  }
}

/** Sends what is typed. Without a terminal nothing is: a program behind one drops what comes before it is ready. */
function typeInto(send: (message: object) => void, leave: () => void): void {
  const { stdin } = process;
  if (!stdin.isTTY) return;
  const decoder = new TextDecoder();
  stdin.setRawMode(true);
  stdin.on('data', (bytes: Buffer) => {
    const text = decoder.decode(bytes, { stream: true });
    if (text === escapeKey) return leave();
    for (let at = 0; at < text.length; at += mostInOne)
      send({ kind: 'input', data: text.slice(at, at + mostInOne) });
  });
}

function sizeNow(): { columns: number; rows: number } {
  const { columns, rows } = process.stdout;
  return { columns: within(columns, 2, 80), rows: within(rows, 1, 24) };
}

function within(value: number | undefined, least: number, otherwise: number): number {
  return value === undefined || value < least ? otherwise : Math.min(value, 1000);
}

function endOf({ reason, exitCode, detail }: Extract<Message, { kind: 'ended' }>): ShellEnd {
  if (reason === 'exited') return { code: exitCode ?? exitCodes.unexpected, told: null };
  const words = detail === null ? '' : ` ${safeText(detail)}`;
  const sentences: Record<string, string> = {
    idle: 'Nobody used it, so it was ended.',
    refused: `It was refused.${words}`,
    'no-shell': `There is no such program in the container.${words}`,
    'engine-away': 'The container engine went away.',
  };
  const code = reason === 'refused' ? exitCodes.denied : exitCodes.unexpected;
  return { code, told: sentences[reason] ?? `It ended: ${safeText(reason)}.` };
}

/** Codes of RFC 6455 §7.4, and 4401 of ours for the end of a session. */
function lost(code: number, reason: string): Failure {
  if (code === 4401) return new Failure(exitCodes.denied, 'The key does not hold any more.');
  const why =
    reason === '' ? `The connection ended (${code}).` : `The server ended the connection: ${reason}.`;
  return new Failure(exitCodes.unreachable, why);
}
