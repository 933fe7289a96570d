import { type HttpParts, json, post } from '../../http.ts';
import { type Message, type Notifier, oneLine, plainText } from '../../message.ts';
import type { SecretsOf } from '../../settings.ts';

/** A channel of Slack by its incoming webhook (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). */
export function slack({ url }: SecretsOf<'slack'>, parts: HttpParts): Notifier {
  return {
    async send(message, signal) {
      await post('Slack', parts, url, json(bodyOf(message)), signal);
      return { detail: `${new URL(url).host} took it.` };
    },
  };
}

function bodyOf({ title, body, link }: Message) {
  const lines = [oneLine(title, 200), plainText(body, 2500)].filter((line) => line !== '').map(escaped);
  return {
    text: [...lines, ...(link === null ? [] : [link])].join('\n'),
    // Stars and dashes stay what they are; nothing that looks like an address is fetched.
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
  };
}

/** Slack's three (docs.slack.dev/messaging/formatting-message-text#escaping); without `<` nobody is called. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
