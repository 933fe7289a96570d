import { isIP, isIPv6, type Socket } from 'node:net';
import { DriverError } from '@nebula/errors';
import { isWithin, placeOf } from '@nebula/outbound';
import { decodeMessage, type Message } from './message.ts';
import { MalformedMessage } from './reader.ts';

/** A name server: an IP address and a port. */
export interface NameServer {
  address: string;
  port: number;
}

/** `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:5353`; null for anything else. */
export function parseNameServer(text: string): NameServer | null {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text.trim()) ?? [];
  const address = isIPv6(text.trim()) ? text.trim() : (bracketed ?? plain ?? '');
  const number = port === undefined ? 53 : Number(port);
  if (isIP(address) === 0 || number < 1 || number > 65_535) return null;
  return { address, port: number };
}

/** A name server in words. */
export function nameServerText({ address, port }: NameServer): string {
  if (port === 53) return address;
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}

/** How an exchange is made. */
export interface ExchangeOptions {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** Uses TCP from the start. */
  overTcp?: boolean;
}

/** An answer with the bytes it came in. */
export interface Answer {
  message: Message;
  bytes: Buffer;
}

/**
 * Sends a message to a name server and waits for its answer: over UDP, twice if need be, then over TCP when the answer did
 * not fit. Throws a DriverError `unavailable` when none comes in time and `rejected` for what is no answer to it.
 */
export async function exchange(
  server: NameServer,
  question: Buffer,
  options: ExchangeOptions,
): Promise<Answer> {
  refuseLinkLocal(server);
  if (options.overTcp !== true) {
    const first = await withDeadline(server, options, (signal) =>
      overUdp(server, question, options.timeoutMs, signal),
    );
    if (!first.message.isTruncated) return first;
  }
  return await withDeadline(server, options, async (signal) => {
    for await (const bytes of overTcp(server, question, signal))
      return { bytes, message: answerTo(question, bytes) };
    throw new DriverError(
      'unavailable',
      `${nameServerText(server)} closed the connection without an answer.`,
    );
  });
}

/** Sends a question over TCP and hands on each message of the answer, until the caller has enough (RFC 5936). */
export async function exchangeMany(
  server: NameServer,
  question: Buffer,
  options: ExchangeOptions,
  take: (answer: Answer) => 'more' | 'enough',
): Promise<void> {
  refuseLinkLocal(server);
  await withDeadline(server, options, async (signal) => {
    for await (const bytes of overTcp(server, question, signal)) {
      if (take({ bytes, message: answerTo(question, bytes) }) === 'enough') return;
    }
    throw new DriverError('unavailable', `${nameServerText(server)} stopped in the middle of its answer.`);
  });
}

function refuseLinkLocal(server: NameServer): void {
  if (isWithin('machine', placeOf(server.address))) return;
  throw new DriverError('rejected', `${server.address} is not the address of a name server.`);
}

async function withDeadline<T>(
  server: NameServer,
  { timeoutMs, signal }: ExchangeOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    return await work(signal === undefined ? deadline : AbortSignal.any([deadline, signal]));
  } catch (cause) {
    if (signal?.aborted === true) throw signal.reason;
    if (cause instanceof DriverError) throw cause;
    if (cause instanceof MalformedMessage)
      throw new DriverError(
        'rejected',
        `${nameServerText(server)} answered with something that is no answer.`,
        { cause },
      );
    const why = deadline.aborted ? `within ${timeoutMs / 1000} s` : `(${reasonOf(cause)})`;
    throw new DriverError('unavailable', `${nameServerText(server)} did not answer ${why}.`, { cause });
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'no reason given';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}

/** A socket that is connected takes packets of that server only; those with another id or question are waited past. */
async function overUdp(
  server: NameServer,
  question: Buffer,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Answer> {
  const { createSocket } = await import('node:dgram');
  signal.throwIfAborted();
  const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4');
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  let again: NodeJS.Timeout | undefined;
  socket
    .on('error', reject)
    .on('message', (bytes: Buffer) => {
      const message = answerOrNull(question, bytes);
      if (message !== null) resolve({ bytes, message });
    })
    .connect(server.port, server.address, () => {
      socket.send(question);
      // A packet may be lost; the same question again does no harm.
      again = setTimeout(() => socket.send(question), timeoutMs / 2);
    });
  try {
    return await promise;
  } finally {
    clearTimeout(again);
    signal.removeEventListener('abort', abort);
    socket.close();
  }
}

function answerOrNull(question: Buffer, bytes: Buffer): Message | null {
  try {
    return answerTo(question, bytes);
  } catch (error) {
    if (error instanceof MalformedMessage) return null;
    throw error;
  }
}

/** Proves that bytes answer a question: same id, same kind, same question (RFC 5452 section 9.1). */
function answerTo(question: Buffer, bytes: Buffer): Message {
  const message = decodeMessage(bytes);
  const asked = decodeMessage(question);
  const isSame =
    message.isResponse &&
    message.id === asked.id &&
    message.opcode === asked.opcode &&
    (message.question === null ||
      (message.question.name === asked.question?.name && message.question.type === asked.question.type));
  if (!isSame) throw new MalformedMessage('An answer to another question.');
  return message;
}

/** Messages over TCP, each after its length (RFC 1035 section 4.2.2). */
async function* overTcp(server: NameServer, question: Buffer, signal: AbortSignal): AsyncGenerator<Buffer> {
  const { connect } = await import('node:net');
  signal.throwIfAborted();
  const socket: Socket = connect({ host: server.address, port: server.port, signal });
  try {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(question.length);
    socket.write(Buffer.concat([length, question]));
    let waiting: Buffer = Buffer.alloc(0);
    for await (const chunk of socket) {
      waiting = Buffer.concat([waiting, chunk]);
      while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
        const size = waiting.readUInt16BE(0);
        yield waiting.subarray(2, 2 + size);
        waiting = waiting.subarray(2 + size);
      }
    }
  } finally {
    socket.destroy();
  }
}
