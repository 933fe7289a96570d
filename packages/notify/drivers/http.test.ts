import { createHmac } from 'node:crypto';
import { createOutbound } from '@nebula/outbound';
import { provenVapid, type PushBrowser, pushBrowser, type Receiver, startReceiver } from '@nebula/testbed';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { conformance, hostileMessage } from '../conformance.ts';
import { type Notifier, type NotifyParts, openNotifier, openWebPush, parseTarget } from '../index.ts';
import { makeVapidKeys } from './web-push/vapid.ts';

let receiver: Receiver;
let away: string;
beforeEach(async () => {
  receiver = await startReceiver();
  const gone = await startReceiver();
  away = gone.url;
  await gone[Symbol.asyncDispose]();
});
afterEach(async () => await receiver[Symbol.asyncDispose]());

const now = new Date('2026-03-01T10:00:05Z');
const parts = { outbound: createOutbound(), reach: 'machine', now: () => now } as const;
/** Nobody is waited for who hangs; whoever answers has time. */
const hasty = { ...parts, timeoutMs: 300 };
const signal = () => AbortSignal.timeout(60_000);
const keys = makeVapidKeys('mailto:home@example.com');
let browser: PushBrowser = pushBrowser('https://push.example');

const targets = {
  discord: (url: string) => ({ settings: {}, secrets: { url: `${url}/api/webhooks/1/secret` } }),
  slack: (url: string) => ({ settings: {}, secrets: { url: `${url}/services/T/B/secret` } }),
  telegram: (url: string) => ({
    settings: { server: url, chat: '-100123' },
    secrets: { token: '12345:abcdefghijkl' },
  }),
  ntfy: (url: string) => ({ settings: { server: `${url}/`, topic: 'home' }, secrets: { token: 'tk_1' } }),
  gotify: (url: string) => ({ settings: { server: `${url}/gotify` }, secrets: { token: 'App.1' } }),
  webhook: (url: string) => ({
    settings: { url: `${url}/hook?a=b` },
    secrets: { key: 'whsec_c2VjcmV0LWtleQ==' },
  }),
} as const;
type HttpDriver = keyof typeof targets;

function open(driver: HttpDriver | 'web-push', url: string, how: NotifyParts = parts): Notifier {
  if (driver !== 'web-push') return openNotifier(parseTarget({ driver, ...targets[driver](url) }), how);
  browser = pushBrowser(`${url}/push/1`);
  return openWebPush(browser.subscription, keys, how);
}

async function sent(driver: HttpDriver | 'web-push') {
  await open(driver, receiver.url).send(hostileMessage, signal());
  const [request, ...more] = receiver.received;
  expect(more).toEqual([]);
  if (request === undefined) throw new Error('nothing came');
  return request;
}
const bodyOf = async (driver: HttpDriver) => JSON.parse((await sent(driver)).body.toString()) as unknown;

describe.for<HttpDriver | 'web-push'>([
  'discord',
  'slack',
  'telegram',
  'ntfy',
  'gotify',
  'webhook',
  'web-push',
])('%s', (driver) => {
  let mood = 'takes-it';
  beforeEach(() => void (mood = 'takes-it'));
  conformance(() => ({
    notifier: {
      send: (message, abort) =>
        open(driver, mood === 'is-away' ? away : receiver.url, mood === 'hangs' ? hasty : parts).send(
          message,
          abort,
        ),
    },
    setMood: async (next) => {
      mood = next;
      if (next !== 'is-away') receiver.setMood(next);
    },
    received: () => receiver.received.length,
  }));

  test('a receiver that sends us elsewhere got nothing', async () => {
    receiver.setMood('sends-elsewhere');
    await expect(open(driver, receiver.url).send(hostileMessage, signal())).rejects.toMatchObject({
      kind: 'rejected',
    });
    expect(receiver.received).toHaveLength(1);
  });

  test('a failure of the receiver itself leaves open whether it arrived', async () => {
    receiver.setMood('is-broken');
    await expect(open(driver, receiver.url).send(hostileMessage, signal())).rejects.toMatchObject({
      layer: 'server',
      mayHaveArrived: true,
    });
    receiver.setMood('hangs-up');
    await expect(open(driver, receiver.url).send(hostileMessage, signal())).rejects.toMatchObject({
      layer: 'answer',
      mayHaveArrived: true,
    });
  });

  test('the wait that a limit asks for is told', async () => {
    receiver.setMood('limits');
    await expect(open(driver, receiver.url).send(hostileMessage, signal())).rejects.toMatchObject({
      retryAfterSeconds: 7,
    });
  });
});

test('Discord calls nobody, and every mark of its markup is taken at its word', async () => {
  const request = await sent('discord');
  expect(request.path).toBe('/api/webhooks/1/secret?wait=true');
  const body = JSON.parse(request.body.toString()) as { embeds: { title: string; description: string }[] };
  expect(body).toMatchObject({ allowed_mentions: { parse: [] } });
  expect(body.embeds[0]?.title).toBe(
    String.raw`shop/web is down Bcc\: evil\@example.com \@everyone \<!channel\> \*bold\*`,
  );
  expect(body.embeds[0]?.description).toContain(String.raw`\[four\]\(http\://evil.example\)`);
});

test('Slack gets its three characters escaped and no markup', async () => {
  expect(await bodyOf('slack')).toEqual({
    text: expect.stringContaining(
      '@everyone &lt;!channel&gt; *bold*\nline one\n&lt;b&gt;line&lt;/b&gt; two &amp; ',
    ),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
  });
});

test('Telegram gets plain text for its chat, under the token of the bot', async () => {
  const request = await sent('telegram');
  expect(request.path).toBe('/bot12345:abcdefghijkl/sendMessage');
  const body = JSON.parse(request.body.toString()) as object;
  expect(body).toMatchObject({ chat_id: '-100123', text: expect.stringContaining('<b>line</b>') });
  expect(body).not.toHaveProperty('parse_mode');
});

test('Telegram says of a token that it does not know that it is not there', async () => {
  receiver.setMood('is-gone');
  const failure = open('telegram', receiver.url).send(hostileMessage, signal());
  await expect(failure).rejects.toMatchObject({ kind: 'unauthorized', layer: 'sign-in' });
  await expect(failure).rejects.not.toThrow(/abcdefghijkl/);
});

test('ntfy gets topic, priority and the page to open', async () => {
  const request = await sent('ntfy');
  expect([request.path, request.headers['authorization']]).toEqual(['/', 'Bearer tk_1']);
  expect(JSON.parse(request.body.toString())).toMatchObject({
    topic: 'home',
    priority: 5,
    click: 'https://nebula.example/alerts/1',
  });
});

test('Gotify gets text that it is told to show as text', async () => {
  const request = await sent('gotify');
  expect([request.path, request.headers['x-gotify-key']]).toEqual(['/gotify/message', 'App.1']);
  expect(JSON.parse(request.body.toString())).toMatchObject({
    priority: 8,
    extras: { 'client::display': { contentType: 'text/plain' } },
  });
});

test('a webhook is signed over its id, its time and its body', async () => {
  const { headers, body, path } = await sent('webhook');
  const signed = `a-message-1.1772359205.${body.toString()}`;
  const signature = createHmac('sha256', 'secret-key').update(signed).digest('base64');
  expect([path, headers['webhook-id'], headers['webhook-timestamp']]).toEqual([
    '/hook?a=b',
    'a-message-1',
    '1772359205',
  ]);
  expect(headers['webhook-signature']).toBe(`v1,${signature}`);
  expect(JSON.parse(body.toString())).toMatchObject({ type: 'alert.firing', data: { severity: 'critical' } });
});

test('a browser alone can read what it is sent, and the push service knows who sends', async () => {
  const request = await sent('web-push');
  expect(JSON.parse(browser.read(request.body))).toMatchObject({ path: '/alerts/1', severity: 'critical' });
  expect(() => pushBrowser(receiver.url).read(request.body)).toThrow();
  expect(request.headers).toMatchObject({ 'content-encoding': 'aes128gcm', ttl: '86400', urgency: 'high' });
  expect(provenVapid(request.headers['authorization'] ?? '')).toEqual({
    aud: receiver.url,
    exp: 1_772_359_205 + 43_200,
    sub: 'mailto:home@example.com',
  });
});

test('a browser that has unsubscribed is told as gone', async () => {
  receiver.setMood('is-gone');
  await expect(open('web-push', receiver.url).send(hostileMessage, signal())).rejects.toMatchObject({
    kind: 'rejected',
    layer: 'gone',
  });
});

test('an address at home is not reached by a target that may only go out', async () => {
  const target = parseTarget({
    driver: 'gotify',
    ...targets.gotify(receiver.url.replace('http:', 'https:')),
  });
  const notifier = openNotifier(target, { ...parts, reach: 'public' });
  await expect(notifier.send(hostileMessage, signal())).rejects.toMatchObject({
    kind: 'rejected',
    layer: 'address',
  });
  const plain = openNotifier(parseTarget({ driver: 'gotify', ...targets.gotify(receiver.url) }), {
    ...parts,
    reach: 'public',
  });
  await expect(plain.send(hostileMessage, signal())).rejects.toThrow(/not allowed/);
  expect(receiver.received).toEqual([]);
});
