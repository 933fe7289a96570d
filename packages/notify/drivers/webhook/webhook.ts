import { createHmac } from 'node:crypto';
import { type HttpParts, json, post } from '../../http.ts';
import { type Message, type Notifier, oneLine, plainText } from '../../message.ts';
import type { SecretsOf, SettingsOf } from '../../settings.ts';

/**
 * Any address that takes JSON, signed (github.com/standard-webhooks/standard-webhooks): `webhook-signature` is
 * `v1,` and the base64 of HMAC-SHA-256 over `<webhook-id>.<webhook-timestamp>.<body>`.
 */
export function webhook(
  { settings, secrets }: { settings: SettingsOf<'webhook'>; secrets: SecretsOf<'webhook'> },
  parts: HttpParts,
): Notifier {
  return {
    async send(message, signal) {
      const request = json(bodyOf(message));
      const timestamp = String(Math.floor(parts.now().getTime() / 1000));
      const headers = {
        ...request.headers,
        'webhook-id': message.id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signatureOf(secrets.key, message.id, timestamp, request.body),
      };
      const reply = await post('webhook', parts, settings.url, { headers, body: request.body }, signal);
      return { detail: `${new URL(settings.url).host} answered ${reply.status}.` };
    },
  };
}

function bodyOf({ id, title, body, severity, state, link, at }: Message) {
  return {
    type: `alert.${state}`,
    timestamp: at.toISOString(),
    data: { id, title: oneLine(title, 200), body: plainText(body, 8000), severity, state, link },
  };
}

function signatureOf(key: string, id: string, timestamp: string, body: string): string {
  const bytes = key.startsWith('whsec_') ? Buffer.from(key.slice(6), 'base64') : Buffer.from(key);
  return `v1,${createHmac('sha256', bytes).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
