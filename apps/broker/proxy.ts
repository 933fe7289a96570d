import type { ClientRequest, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { answerJson, closing, engineHeaders, finish, passOn, writeHead } from './answer.ts';
import { endExec } from './end-exec.ts';
import { readAll } from './engine.ts';
import { findRoute, type Judged, type JudgeParts, judge } from './judge.ts';
import type { Log } from './log.ts';
import { Refusal } from './refusal.ts';
import { type Incoming, oneOfEvents, readRequest } from './wire.ts';

const largestBody = 1024 * 1024;
/** How long a client may take to hand over a request that is judged as a whole. */
const patience = 20_000;

/** Serves the filtered Docker API on one connection: read one request, judge it, send on what was judged. */
export async function serveDocker(socket: Socket, parts: JudgeParts, log: Log): Promise<void> {
  const gone = new AbortController();
  socket.on('close', () => gone.abort());
  const late = setTimeout(() => socket.destroy(new Error('The request took too long.')), patience);
  let incoming: Incoming | undefined;
  let isAnswering = false;
  try {
    incoming = await readRequest(socket);
    if (incoming === undefined) return void socket.destroy();
    const route = findRoute(incoming.method, incoming.target);
    const { rule } = route;
    if (incoming.wantsUpgrade && rule.hijack !== true) {
      throw new Refusal(400, `The rule ${rule.id} does not take the connection over.`);
    }
    const isStream = rule.body === 'tar';
    const body = isStream ? Buffer.alloc(0) : await incoming.readBody(largestBody);
    clearTimeout(late);
    const judged = await judge(route, body, incoming.headers.get('x-nebula-grant'), parts);
    if (gone.signal.aborted) return;
    const outgoing = parts.engine.start(judged.method, judged.target, headersFor(judged, incoming));
    gone.signal.addEventListener('abort', () => outgoing.destroy());
    const reply = replyOf(outgoing).catch((error: unknown) => {
      throw error instanceof Refusal ? error : parts.engine.unreachable(error);
    });
    if (isStream) upload(incoming, outgoing, socket);
    else outgoing.end(judged.body);
    // The engine treats a client that ends its input as gone, except where input and output live on their own.
    if (!isStream && rule.hijack !== true) socket.on('end', () => socket.destroy()).resume();
    const { answer, stream } = await reply;
    isAnswering = true;
    if (stream !== undefined) {
      takeOver(socket, incoming, answer, stream, () => {
        if (rule.id === 'exec-start') leaveExec(judged, parts, log);
      });
    } else if (rule.id === 'exec-create') await passExecOn(socket, answer, parts);
    else await passOn(socket, judged.method, answer, closing(incoming.wantsUpgrade));
  } catch (error) {
    if (gone.signal.aborted) return;
    if (isAnswering) {
      log('error', 'the answer was cut off', { path: pathOf(incoming), reason: String(error) });
      socket.destroy();
    } else {
      answerRefusal(socket, error, incoming, log);
    }
  } finally {
    clearTimeout(late);
  }
}

interface Reply {
  answer: IncomingMessage;
  /** The connection to the engine, when it became a stream. */
  stream?: { socket: Socket; first: Buffer };
}

function replyOf(outgoing: ClientRequest): Promise<Reply> {
  return new Promise((resolve, reject) => {
    outgoing.on('response', (answer) => resolve({ answer }));
    outgoing.on('upgrade', (answer, socket, first) => {
      if (socket instanceof Socket) resolve({ answer, stream: { socket, first } });
      else reject(new Error('the engine upgraded something that is not a socket'));
    });
    outgoing.on('error', reject);
  });
}

function headersFor(judged: Judged, incoming: Incoming): Record<string, string> {
  const headers: Record<string, string> =
    judged.rule.hijack === true ? { Connection: 'Upgrade', Upgrade: 'tcp' } : { Connection: 'close' };
  for (const name of judged.rule.headers ?? []) {
    const value = incoming.headers.get(name.toLowerCase());
    if (value === undefined) continue;
    if (!/^[A-Za-z0-9+/=_-]*$/.test(value)) throw new Refusal(400, `The header ${name} is not base64.`);
    headers[name] = value;
  }
  if (judged.rule.body === 'tar') return { ...headers, 'Content-Type': 'application/x-tar' };
  if (judged.body !== undefined) headers['Content-Type'] = 'application/json';
  return { ...headers, 'Content-Length': String(Buffer.byteLength(judged.body ?? '')) };
}

/** Streams a build context; it ends with the engine's answer, which may come before the last byte. */
function upload(incoming: Incoming, outgoing: ClientRequest, socket: Socket): void {
  const pump = async (): Promise<void> => {
    for await (const part of incoming.streamBody()) {
      if (outgoing.destroyed) return;
      if (!outgoing.write(part)) await oneOfEvents(outgoing, ['drain', 'close']);
    }
    outgoing.end();
    socket.on('end', () => socket.destroy()).resume();
  };
  pump().catch((error: unknown) => outgoing.destroy(error instanceof Error ? error : undefined));
}

/** Joins the client to the engine, byte for byte; nothing the client sent went to the engine before its 101. */
function takeOver(
  client: Socket,
  incoming: Incoming,
  answer: IncomingMessage,
  stream: { socket: Socket; first: Buffer },
  onClosed: () => void,
): void {
  const engine = stream.socket;
  const type = engineHeaders(answer)['Content-Type'] ?? 'application/vnd.docker.raw-stream';
  if (incoming.wantsUpgrade)
    writeHead(client, 101, { 'Content-Type': type, Connection: 'Upgrade', Upgrade: 'tcp' });
  else writeHead(client, 200, { 'Content-Type': type });
  client.write(stream.first);
  engine.write(incoming.rest());
  client.pipe(engine);
  engine.pipe(client);
  engine.on('error', () => client.destroy());
  engine.on('close', () => client.destroySoon());
  client.on('close', () => {
    engine.destroy();
    onClosed();
  });
}

/** A command whose client went away would run on in the container for ever. */
function leaveExec(judged: Judged, parts: JudgeParts, log: Log): void {
  const id = /\/exec\/([0-9a-f]{64})\/start$/.exec(judged.target)?.[1];
  if (id === undefined) return;
  endExec(id, parts.engine, log).catch((error: unknown) =>
    log('warn', 'a command inside a container could not be ended', { reason: String(error) }),
  );
}

/** A command prepared here may be started here; its id stands in the engine's answer. */
async function passExecOn(socket: Socket, answer: IncomingMessage, parts: JudgeParts): Promise<void> {
  const body = await readAll(answer, 65_536);
  const id = /^\s*\{\s*"Id"\s*:\s*"([0-9a-f]{64})"\s*\}\s*$/.exec(body.toString('latin1'))?.[1];
  if (answer.statusCode === 201 && id !== undefined) parts.execs.add(id);
  writeHead(socket, answer.statusCode ?? 502, {
    ...engineHeaders(answer),
    'Content-Length': String(body.length),
    ...closing(false),
  });
  socket.write(body);
  finish(socket);
}

/** Answers a request that is not sent on, and notes it without body, query or header. */
export function answerRefusal(
  socket: Socket,
  error: unknown,
  incoming: Incoming | undefined,
  log: Log,
): void {
  const facts = { method: incoming?.method, path: pathOf(incoming) };
  if (!(error instanceof Refusal)) {
    log('error', 'a request failed', {
      ...facts,
      reason: error instanceof Error ? error.stack : String(error),
    });
    return answerJson(socket, 500, { message: 'The broker failed on this request; its log says why.' });
  }
  const { status, message, rules } = error;
  const reason = error.cause instanceof Error ? error.cause.message : undefined;
  if (status !== 503 || isTimeToTell()) {
    log(status >= 500 ? 'error' : 'warn', 'refused', { ...facts, status, message, rules, reason });
  }
  const isGrantable = rules.length > 0;
  answerJson(
    socket,
    status,
    {
      message,
      ...(isGrantable ? { rules, grantable: true } : {}),
      ...(error.field === undefined ? {} : { field: error.field }),
    },
    { ...closing(incoming?.wantsUpgrade), ...(isGrantable ? { 'X-Nebula-Rule': rules.join(',') } : {}) },
  );
}

const tellEveryMs = 600_000;
let toldAt = Number.NEGATIVE_INFINITY;

/** While the engine is away every request is answered so; the log needs it once in ten minutes. */
function isTimeToTell(): boolean {
  const now = performance.now();
  if (now - toldAt < tellEveryMs) return false;
  toldAt = now;
  return true;
}

function pathOf(incoming: Incoming | undefined): string | undefined {
  return incoming?.target.split('?')[0]?.slice(0, 200);
}
