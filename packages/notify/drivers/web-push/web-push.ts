import { type HttpParts, post } from '../../http.ts';
import { type Notifier, oneLine, plainText } from '../../message.ts';
import { encryptPush } from './encrypt.ts';
import { type Subscription, type VapidKeys, vapidHeader } from './vapid.ts';

/** A day: what was not delivered by then is old news. */
const keepSeconds = 86_400;

/** One browser of a person (RFC 8030). The push service carries the message and cannot read it. */
export function webPush(subscription: Subscription, keys: VapidKeys, parts: HttpParts): Notifier {
  return {
    async send({ id, title, body, severity, state, path, at }, signal) {
      const plain = JSON.stringify({
        id,
        title: oneLine(title, 150),
        body: plainText(body, 600),
        severity,
        state,
        path,
        at: at.toISOString(),
      });
      const headers = {
        authorization: vapidHeader(subscription.endpoint, keys, parts.now()),
        'content-encoding': 'aes128gcm',
        'content-type': 'application/octet-stream',
        ttl: String(keepSeconds),
        urgency: severity === 'critical' ? 'high' : 'normal',
      };
      const content = encryptPush(Buffer.from(plain), subscription);
      const reply = await post('web push', parts, subscription.endpoint, { headers, body: content }, signal);
      return { detail: `${new URL(subscription.endpoint).host} answered ${reply.status}.` };
    },
  };
}
