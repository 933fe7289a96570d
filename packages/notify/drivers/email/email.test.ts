import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createOutbound } from '@nebula/outbound';
import { type MailReceiver, startMailReceiver } from '@nebula/testbed';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { conformance, hostileMessage } from '../../conformance.ts';
import { type Notifier, openNotifier, parseTarget } from '../../index.ts';

const lookup = async () => [{ address: '127.0.0.1', family: 4 }];
const parts = {
  outbound: createOutbound({ lookup }),
  reach: 'machine',
  now: () => new Date('2026-03-01T10:00:05Z'),
  timeoutMs: 1500,
} as const;
const signal = () => AbortSignal.timeout(60_000);
const original = getCACertificates('default');

let starttls: MailReceiver;
let implicit: MailReceiver;
let away = 0;
beforeAll(async () => {
  starttls = await startMailReceiver();
  implicit = await startMailReceiver({ implicit: true });
  const gone = await startMailReceiver();
  away = gone.port;
  await gone[Symbol.asyncDispose]();
  setDefaultCACertificates([...original, starttls.certificate, implicit.certificate]);
});
afterAll(async () => {
  setDefaultCACertificates(original);
  await starttls[Symbol.asyncDispose]();
  await implicit[Symbol.asyncDispose]();
});
beforeEach(() => {
  for (const one of [starttls, implicit]) {
    one.setMood('takes-it');
    one.setWays('PLAIN LOGIN');
    one.received.splice(0);
  }
});

function open(
  port: number,
  more: Record<string, unknown> = {},
  reach: 'public' | 'machine' = 'machine',
): Notifier {
  const settings = {
    ...{ server: 'localhost', port, username: 'home', from: 'nebula@example.com', to: ['me@example.com'] },
    ...more,
  };
  const target = parseTarget({ driver: 'email', settings, secrets: { password: 'secret-of-mail' } });
  return openNotifier(target, { ...parts, reach });
}

describe.for([
  ['STARTTLS', 'starttls'],
  ['TLS from the first byte', 'tls'],
] as const)('e-mail over %s', ([, encryption]) => {
  let isAway = false;
  beforeEach(() => void (isAway = false));
  const receiver = () => (encryption === 'tls' ? implicit : starttls);
  conformance(() => ({
    notifier: {
      send: (message, abort) => open(isAway ? away : receiver().port, { encryption }).send(message, abort),
    },
    setMood: async (mood) => {
      isAway = mood === 'is-away';
      if (mood !== 'is-away') receiver().setMood(mood);
    },
    received: () => receiver().received.length,
  }));

  test('the password is said only once the line is encrypted', async () => {
    await open(receiver().port, { encryption }).send(hostileMessage, signal());
    expect(receiver().received).toEqual([
      expect.objectContaining({
        login: 'home:secret-of-mail',
        isEncrypted: true,
        from: 'nebula@example.com',
        to: ['me@example.com'],
      }),
    ]);
  });
});

test('no text becomes a header, and all of it can be read', async () => {
  await open(starttls.port).send(
    { ...hostileMessage, title: `${hostileMessage.title} größer 🚀`.repeat(2) },
    signal(),
  );
  const [head = '', body = ''] = starttls.received[0]?.data.split('\r\n\r\n') ?? [];
  const names = head
    .split(/\r\n(?! )/)
    .map((line) => line.split(':')[0])
    .sort();
  expect(names).toEqual(
    [
      ...['Auto-Submitted', 'Content-Transfer-Encoding', 'Content-Type', 'Date', 'From', 'Importance'],
      ...['MIME-Version', 'Message-ID', 'Subject', 'To', 'X-Priority'],
    ].sort(),
  );
  const subject = /^Subject: ([\s\S]*?)\r\n(?! )/m.exec(head)?.[1] ?? '';
  const words = [...subject.matchAll(/=\?utf-8\?B\?([^?]*)\?=/g)].map(([, word = '']) =>
    Buffer.from(word, 'base64').toString(),
  );
  expect(words.join('')).toMatch(/^shop\/web is down Bcc: evil@example.com .* größer 🚀/);
  expect(subject.split('\r\n').every((line) => line.length <= 76)).toBe(true);
  expect(Buffer.from(body, 'base64').toString()).toMatch(
    /^line one\n<b>line<\/b> two[^]*\n\nhttps:\/\/nebula\.example\/alerts\/1$/,
  );
});

test('a server that knows only LOGIN is signed in to as well', async () => {
  starttls.setWays('LOGIN');
  await open(starttls.port).send(hostileMessage, signal());
  expect(starttls.received[0]?.login).toBe('home:secret-of-mail');
  starttls.setWays('CRAM-MD5');
  await expect(open(starttls.port).send(hostileMessage, signal())).rejects.toMatchObject({
    kind: 'unsupported',
    layer: 'sign-in',
  });
});

test('a server without encryption, with an unknown certificate, or that speaks early gets no password', async () => {
  starttls.setMood('has-no-encryption');
  await expect(open(starttls.port).send(hostileMessage, signal())).rejects.toMatchObject({
    layer: 'encryption',
  });
  starttls.setMood('speaks-early');
  await expect(open(starttls.port).send(hostileMessage, signal())).rejects.toMatchObject({
    layer: 'encryption',
  });
  starttls.setMood('takes-it');
  await expect(
    open(starttls.port, { server: 'other.example' }).send(hostileMessage, signal()),
  ).rejects.toMatchObject({ layer: 'encryption', mayHaveArrived: false });
  expect(starttls.received).toEqual([]);
});

test('without encryption a mail goes only where that was allowed', async () => {
  await open(starttls.port, { encryption: 'none' }).send(hostileMessage, signal());
  expect(starttls.received[0]?.isEncrypted).toBe(false);
  await expect(
    open(starttls.port, { encryption: 'none' }, 'public').send(hostileMessage, signal()),
  ).rejects.toMatchObject({ layer: 'encryption' });
  await expect(open(starttls.port, {}, 'public').send(hostileMessage, signal())).rejects.toMatchObject({
    kind: 'rejected',
    layer: 'address',
  });
});

test('whom the server does not know is named; without anybody left it is refused', async () => {
  const to = ['nobody@example.com', 'me@example.com'];
  const { detail } = await open(starttls.port, { to }).send(hostileMessage, signal());
  expect(detail).toContain('nobody@example.com');
  await expect(
    open(starttls.port, { to: ['nobody@example.com'] }).send(hostileMessage, signal()),
  ).rejects.toMatchObject({ kind: 'rejected', layer: 'content' });
});
