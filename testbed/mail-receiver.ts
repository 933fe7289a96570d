import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { selfSigned } from './self-signed.ts';

/** What the mail server does; all but the first are bad days. */
export type MailMood =
  | 'takes-it'
  | 'refuses-login'
  | 'refuses-content'
  | 'limits'
  | 'is-overloaded'
  | 'hangs'
  | 'hangs-up'
  | 'speaks-early'
  | 'has-no-encryption';

/** A mail as it was handed in. */
export interface ReceivedMail {
  from: string;
  to: string[];
  data: string;
  login: string | null;
  isEncrypted: boolean;
}

/** A mail server on loopback (RFC 5321, 3207, 4954) with a certificate of its own for `localhost`. */
export interface MailReceiver extends AsyncDisposable {
  port: number;
  received: ReceivedMail[];
  /** Its certificate (PEM), to be trusted by a test. */
  certificate: string;
  setMood(mood: MailMood): void;
  /** Which ways of signing in it names; PLAIN and LOGIN at first. */
  setWays(ways: string): void;
}

interface Session {
  socket: Socket;
  isEncrypted: boolean;
  login: string | null;
  mail: ReceivedMail;
  /** Lines of a login that is under way. */
  loginLines: string[] | null;
  dataLines: string[] | null;
}

/** Starts one; `implicit` encrypts from the first byte. */
export async function startMailReceiver({ implicit = false } = {}): Promise<MailReceiver> {
  const received: ReceivedMail[] = [];
  const { chain: certificate, privateKey: key } = await selfSigned(['localhost'], {
    // Two that are trusted at the same time are told apart by their names.
    subject: randomUUID(),
    notBefore: new Date('2026-01-01'),
    notAfter: new Date('2096-01-01'),
    isAuthority: true,
  });
  const secureContext = createSecureContext({ cert: certificate, key });
  const open = new Set<Socket>();
  let mood: MailMood = 'takes-it';
  let ways = 'PLAIN LOGIN';

  const server = createServer((plain) => {
    open.add(plain);
    plain.on('error', () => undefined);
    const socket = implicit ? encrypted(plain) : plain;
    const session: Session = {
      socket,
      isEncrypted: implicit,
      login: null,
      mail: emptyMail(),
      loginLines: null,
      dataLines: null,
    };
    listen(session);
    if (mood === 'hangs-up') return void plain.destroy();
    say(session, '220 receiver ESMTP');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  function encrypted(plain: Socket): TLSSocket {
    const socket = new TLSSocket(plain, { isServer: true, secureContext });
    open.add(socket);
    socket.on('error', () => undefined);
    return socket;
  }

  function listen(session: Session): void {
    let buffered = '';
    session.socket.on('data', (chunk: Buffer) => {
      buffered += chunk.toString('utf8');
      for (let end = buffered.indexOf('\r\n'); end !== -1; end = buffered.indexOf('\r\n')) {
        const line = buffered.slice(0, end);
        buffered = buffered.slice(end + 2);
        hear(session, line);
      }
    });
  }

  function hear(session: Session, line: string): void {
    if (session.dataLines !== null) return hearData(session, session.dataLines, line);
    if (session.loginLines !== null) return hearLogin(session, session.loginLines, line);
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO') return greet(session);
    if (verb === 'STAR') return startTls(session);
    if (verb === 'AUTH') return beginLogin(session, line);
    if (verb === 'MAIL') {
      session.mail = { ...emptyMail(), from: addressIn(line) };
      return say(session, mood === 'limits' ? '450 4.7.1 Too many mails' : '250 2.1.0 ok');
    }
    if (verb === 'RCPT') {
      if (mood === 'refuses-content' || addressIn(line).startsWith('nobody@'))
        return say(session, '550 5.1.1 no such user');
      session.mail.to.push(addressIn(line));
      return say(session, '250 2.1.5 ok');
    }
    if (verb === 'DATA') {
      session.dataLines = [];
      return say(session, '354 go on');
    }
    if (verb === 'QUIT') return void session.socket.end('221 bye\r\n');
    say(session, '502 what?');
  }

  function greet(session: Session): void {
    const lines = ['receiver', 'SIZE 1000000', `AUTH ${ways}`];
    if (!session.isEncrypted && mood !== 'has-no-encryption') lines.push('STARTTLS');
    session.socket.write(
      lines.map((line, n) => `250${n === lines.length - 1 ? ' ' : '-'}${line}\r\n`).join(''),
    );
  }

  function startTls(session: Session): void {
    say(session, mood === 'speaks-early' ? '220 go ahead\r\n250 and more' : '220 go ahead');
    session.socket.removeAllListeners('data');
    session.socket = encrypted(session.socket);
    session.isEncrypted = true;
    listen(session);
  }

  function beginLogin(session: Session, line: string): void {
    const [, way = '', first] = line.split(' ');
    if (way === 'PLAIN')
      return endLogin(
        session,
        Buffer.from(first ?? '', 'base64')
          .toString()
          .split('\0')
          .slice(1),
      );
    session.loginLines = [];
    say(session, '334 VXNlcm5hbWU6');
  }

  function hearLogin(session: Session, lines: string[], line: string): void {
    lines.push(Buffer.from(line, 'base64').toString());
    if (lines.length < 2) return say(session, '334 UGFzc3dvcmQ6');
    session.loginLines = null;
    endLogin(session, lines);
  }

  function endLogin(session: Session, [user = '', password = '']: string[]): void {
    if (mood === 'refuses-login') return say(session, '535 5.7.8 wrong password');
    session.login = `${user}:${password}`;
    say(session, '235 2.7.0 welcome');
  }

  function hearData(session: Session, lines: string[], line: string): void {
    if (line !== '.') return void lines.push(line.replace(/^\./, ''));
    session.dataLines = null;
    const { login, isEncrypted, mail } = session;
    received.push({ ...mail, login, isEncrypted, data: lines.join('\r\n') });
    if (mood === 'hangs') return;
    say(session, mood === 'is-overloaded' ? '451 4.3.0 try later' : '250 2.0.0 queued as 1');
  }

  return {
    port: (server.address() as AddressInfo).port,
    received,
    certificate,
    setMood: (next) => void (mood = next),
    setWays: (next) => void (ways = next),
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function say({ socket }: Session, line: string): void {
  socket.write(`${line}\r\n`);
}

function emptyMail(): ReceivedMail {
  return { from: '', to: [], data: '', login: null, isEncrypted: false };
}

function addressIn(line: string): string {
  return /<([^>]*)>/.exec(line)?.[1] ?? '';
}
