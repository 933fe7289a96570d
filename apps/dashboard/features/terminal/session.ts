import type { Clock } from '@nebula/clock';
import type { Docker, ExecStream, GrantWord } from '@nebula/docker';
import { DriverError } from '@nebula/errors';
import type { SocketEnd } from '@nebula/runtime';
import type { EndReason, NewTerminal, TerminalInput, TerminalOutput } from './contract.ts';

/** One terminal. */
export interface SessionOptions {
  docker: Docker;
  clock: Clock;
  request: NewTerminal;
  word: GrantWord | null;
  idleMs: number;
  socket: SocketEnd<TerminalInput, TerminalOutput>;
}

/** How a terminal ended; `left` is that its reader went, was signed out, or the server stops. */
export interface Ended {
  reason: EndReason | 'left';
  exitCode: number | null;
  detail: string | null;
  argv: string[];
}

/** Tried in this order when no command was given. */
const shells = [['bash'], ['sh']];
/** How engines say that a program is not there. */
const notThere = /executable file not found|no such file or directory|not found in \$PATH/i;
const mostFailureText = 4096;

/** Starts the program and carries keys and output until either side ends. */
export async function runSession(options: SessionOptions): Promise<Ended> {
  const { request } = options;
  const messages = options.socket.messages[Symbol.asyncIterator]();
  // Listening begins with the first question; what comes before it would be lost.
  const first = messages.next();
  const candidates = request.command === null ? shells : [request.command];
  let ended: Ended = { reason: 'no-shell', exitCode: null, detail: null, argv: [] };
  for (const argv of candidates) {
    ended = await tryOne(options, argv, messages, first);
    if (ended.reason !== 'no-shell') break;
  }
  if (ended.reason !== 'left') {
    const { reason, exitCode, detail } = ended;
    options.socket.send({ kind: 'ended', reason, exitCode, detail });
  }
  return ended;
}

async function tryOne(
  options: SessionOptions,
  argv: string[],
  messages: AsyncIterator<TerminalInput>,
  first: Promise<IteratorResult<TerminalInput>>,
): Promise<Ended> {
  const { docker, request, word, socket } = options;
  const { user, columns, rows } = request;
  let program: ExecStream;
  try {
    program = await docker.exec(request.containerId, { argv, user, columns, rows, word }, socket.signal);
  } catch (error) {
    if (socket.signal.aborted) return { reason: 'left', exitCode: null, detail: null, argv };
    return refused(error, argv);
  }
  try {
    return await carry(options, argv, program, messages, first);
  } finally {
    program.close();
  }
}

async function carry(
  { clock, idleMs, socket }: SessionOptions,
  argv: string[],
  program: ExecStream,
  messages: AsyncIterator<TerminalInput>,
  first: Promise<IteratorResult<TerminalInput>>,
): Promise<Ended> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, socket.signal]);
  let isIdle = false;
  let lastUse = clock.now().getTime();
  const use = () => {
    lastUse = clock.now().getTime();
  };
  signal.addEventListener('abort', () => program.close(), { once: true });

  const watching = (async () => {
    for (let left = idleMs; left > 0; left = lastUse + idleMs - clock.now().getTime()) {
      await clock.sleep(left, signal);
    }
    isIdle = true;
    over.abort();
  })().catch(() => undefined);

  const typing = (async () => {
    for (let next = await first; next.done !== true && !signal.aborted; next = await messages.next()) {
      use();
      if (next.value.kind === 'input') await program.write(Buffer.from(next.value.data));
      else await program.resize(next.value.columns, next.value.rows).catch(() => undefined);
    }
  })();
  typing.catch(() => over.abort());

  const shown = await show(program, socket, argv, use);
  const isLeft = socket.signal.aborted;
  const exitCode = isLeft || isIdle ? null : await program.exitCode().catch(() => null);
  over.abort();
  await watching;
  if (isIdle) return { reason: 'idle', exitCode: null, detail: null, argv };
  if (isLeft) return { reason: 'left', exitCode: null, detail: null, argv };
  const isMissing = (exitCode === 126 || exitCode === 127) && notThere.test(shown.beginning);
  if (isMissing && !shown.isStarted)
    return { reason: 'no-shell', exitCode, detail: shown.beginning.trim() || null, argv };
  return { reason: 'exited', exitCode, detail: null, argv };
}

/** Sends what the program writes; an engine's own words about a program that is not there are kept back. */
async function show(
  program: ExecStream,
  socket: SocketEnd<TerminalInput, TerminalOutput>,
  argv: string[],
  onOutput: () => void,
): Promise<{ beginning: string; isStarted: boolean }> {
  const decoder = new TextDecoder();
  let beginning = '';
  let isStarted = false;
  const begin = () => {
    if (isStarted) return;
    isStarted = true;
    socket.send({ kind: 'started', argv });
  };
  try {
    for await (const bytes of program.output) {
      const data = decoder.decode(bytes, { stream: true });
      if (
        !isStarted &&
        beginning.length < mostFailureText &&
        /^OCI runtime exec failed/.test(beginning + data)
      ) {
        beginning += data;
        continue;
      }
      begin();
      onOutput();
      if (!socket.send({ kind: 'output', data })) await socket.ready();
    }
  } catch (error) {
    // A connection that was cut, by us or by the engine, ends the output; why is judged by the caller.
    if (!socket.signal.aborted && !(error instanceof Error)) throw error;
  }
  return { beginning, isStarted };
}

function refused(error: unknown, argv: string[]): Ended {
  if (!(error instanceof DriverError)) throw error;
  const { kind, message } = error;
  const reason = kind === 'unavailable' ? 'engine-away' : notThere.test(message) ? 'no-shell' : 'refused';
  return { reason, exitCode: null, detail: message, argv };
}
