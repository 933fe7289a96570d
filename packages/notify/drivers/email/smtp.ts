import { once } from 'node:events';
import { connect, isIP, isIPv6, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { oneLine } from '../../message.ts';
import { type Layer, SendError } from '../../send-error.ts';
import { type ReplyReader, replyReader, type SmtpReply } from './line-reader.ts';

/** Where and as whom a mail is handed in. */
export interface SmtpServer {
  /** As its certificate calls it. */
  host: string;
  /** The judged address. */
  address: string;
  port: number;
  encryption: 'starttls' | 'tls' | 'none';
  login: { username: string; password: string } | null;
}

interface Talk {
  socket: Socket;
  replies: ReplyReader;
  /** Where we are, for whoever has to be told that it went wrong here. */
  layer: Layer;
  /** Whether the whole mail is on its way and no answer came yet. */
  isHandedOver: boolean;
}

/**
 * Hands a mail to a server (RFC 5321, RFC 3207, RFC 4954). Answers the server's words and whom it did not take. Throws a
 * {@link SendError}, or the signal's reason when it aborts.
 */
export async function handIn(
  server: SmtpServer,
  mail: { from: string; to: readonly string[]; data: string },
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ said: string; refused: string[] }> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const either = AbortSignal.any([deadline, signal]);
  const socket = connect({ host: server.address, port: server.port });
  const talk: Talk = { socket, replies: replyReader(socket), layer: 'connection', isHandedOver: false };
  const abort = () => talk.socket.destroy(new Error('It took too long'));
  either.addEventListener('abort', abort, { once: true });
  try {
    return await converse(talk, server, mail);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof SendError) throw error;
    throw failureOf(error, talk, server, deadline.aborted ? `within ${timeoutMs / 1000} s` : null);
  } finally {
    either.removeEventListener('abort', abort);
    // Somebody has to hear what is said of a connection that nobody uses any more.
    talk.socket.on('error', () => undefined).destroy();
  }
}

async function converse(
  talk: Talk,
  server: SmtpServer,
  { from, to, data }: { from: string; to: readonly string[]; data: string },
): Promise<{ said: string; refused: string[] }> {
  if (server.encryption === 'tls') await encrypt(talk, server);
  expectCode(await talk.replies.next(), 220, talk, server);
  let abilities = await greet(talk, server);
  if (server.encryption === 'starttls') {
    talk.layer = 'encryption';
    if (!abilities.some((line) => /^starttls$/i.test(line))) {
      throw new SendError(
        'unsupported',
        'encryption',
        `${server.host} does not offer encryption (STARTTLS).`,
      );
    }
    expectCode(await ask(talk, 'STARTTLS'), 220, talk, server);
    // What came before the handshake would be taken for an answer after it.
    if (talk.replies.hasMore) throw new Error('The server spoke before its turn');
    await encrypt(talk, server);
    abilities = await greet(talk, server);
  }
  await signIn(talk, server, abilities);
  talk.layer = 'content';
  expectCode(await ask(talk, `MAIL FROM:<${from}>`), 250, talk, server);
  const refused = await nameRecipients(talk, server, to);
  expectCode(await ask(talk, 'DATA'), 354, talk, server);
  talk.isHandedOver = true;
  const last = await ask(talk, `${data.replace(/^\./gm, '..')}\r\n.`);
  talk.isHandedOver = false;
  expectCode(last, 250, talk, server);
  talk.socket.write('QUIT\r\n');
  return { said: wordsOf(last), refused };
}

async function ask({ socket, replies }: Talk, line: string): Promise<SmtpReply> {
  socket.write(`${line}\r\n`);
  return await replies.next();
}

async function greet(talk: Talk, server: SmtpServer): Promise<string[]> {
  const own = talk.socket.localAddress ?? '127.0.0.1';
  const reply = await ask(talk, `EHLO [${isIPv6(own) ? `IPv6:${own}` : own}]`);
  expectCode(reply, 250, talk, server);
  return reply.lines.slice(1);
}

async function encrypt(talk: Talk, { host }: SmtpServer): Promise<void> {
  const plain = talk.socket;
  if (plain.connecting) await once(plain, 'connect');
  talk.layer = 'encryption';
  talk.replies.release();
  // What goes wrong below is told by the secure end.
  plain.on('error', () => undefined);
  const secure = connectTls({ socket: plain, ...(isIP(host) === 0 ? { servername: host } : { host }) });
  talk.socket = secure;
  await once(secure, 'secureConnect');
  talk.replies = replyReader(secure);
}

async function signIn(talk: Talk, server: SmtpServer, abilities: string[]): Promise<void> {
  talk.layer = 'sign-in';
  const { login, host } = server;
  if (login === null) return;
  const ways = abilities.flatMap((line) => /^auth[ =](.*)$/i.exec(line)?.[1]?.toUpperCase().split(' ') ?? []);
  if (ways.includes('PLAIN')) {
    const secret = Buffer.from(`\0${login.username}\0${login.password}`).toString('base64');
    return expectCode(await ask(talk, `AUTH PLAIN ${secret}`), 235, talk, server);
  }
  if (!ways.includes('LOGIN')) {
    throw new SendError('unsupported', 'sign-in', `${host} offers no way to sign in that is known here.`);
  }
  expectCode(await ask(talk, 'AUTH LOGIN'), 334, talk, server);
  expectCode(await ask(talk, Buffer.from(login.username).toString('base64')), 334, talk, server);
  expectCode(await ask(talk, Buffer.from(login.password).toString('base64')), 235, talk, server);
}

/** Goes on when at least one is taken; answers the others. */
async function nameRecipients(talk: Talk, server: SmtpServer, to: readonly string[]): Promise<string[]> {
  const refused: string[] = [];
  for (const one of to) {
    const reply = await ask(talk, `RCPT TO:<${one}>`);
    if (reply.code === 250 || reply.code === 251) continue;
    refused.push(one);
    if (refused.length === to.length) expectCode(reply, 250, talk, server);
  }
  return refused;
}

function expectCode(reply: SmtpReply, wanted: number, { layer }: Talk, { host }: SmtpServer): void {
  if (reply.code === wanted) return;
  const words = `${host} answered ${reply.code}: ${wordsOf(reply)}.`;
  if (layer === 'sign-in' || [530, 534, 535, 538].includes(reply.code)) {
    if (reply.code >= 500) throw new SendError('unauthorized', 'sign-in', words);
  }
  if (reply.code >= 400 && reply.code < 500) {
    // Enhanced codes (RFC 3463): 4.7.x is policy, which at this place is a limit.
    if (/^4\.7\./.test(reply.lines[0] ?? '')) throw new SendError('rate-limited', 'limit', words);
    throw new SendError('unavailable', 'server', words);
  }
  throw new SendError('rejected', layer === 'connection' ? 'server' : layer, words);
}

function wordsOf({ lines }: SmtpReply): string {
  return oneLine(lines.join(' ').trim(), 200).replace(/\.$/, '');
}

function failureOf(error: unknown, talk: Talk, { host, port }: SmtpServer, late: string | null): SendError {
  const { layer, isHandedOver } = talk;
  const reason =
    late ??
    `(${error instanceof Error ? ('code' in error ? String(error.code) : error.message) : String(error)})`;
  const words = `${host}:${port} did not answer ${reason}.`;
  const at = isHandedOver ? 'answer' : layer === 'content' || layer === 'sign-in' ? 'server' : layer;
  return new SendError('unavailable', at, words, { mayHaveArrived: isHandedOver, cause: error });
}
