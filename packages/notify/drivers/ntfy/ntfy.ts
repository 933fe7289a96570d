import { below, type HttpParts, json, post } from '../../http.ts';
import { type Message, type Notifier, oneLine, plainText } from '../../message.ts';
import type { SecretsOf, SettingsOf } from '../../settings.ts';

const priorities = { critical: 5, warning: 4, info: 3 } as const;
const tags = { critical: 'rotating_light', warning: 'warning', info: 'information_source' } as const;

/** A topic of an ntfy server (docs.ntfy.sh/publish/#publish-as-json); its text is plain unless it is said to be Markdown. */
export function ntfy(
  { settings, secrets }: { settings: SettingsOf<'ntfy'>; secrets: SecretsOf<'ntfy'> },
  parts: HttpParts,
): Notifier {
  const url = below(settings.server, '');
  const sign: Record<string, string> =
    secrets.token === undefined ? {} : { authorization: `Bearer ${secrets.token}` };
  return {
    async send(message, signal) {
      await post('ntfy', parts, url, json(bodyOf(message, settings.topic), sign), signal);
      return { detail: `${new URL(url).host} took it.` };
    },
  };
}

function bodyOf({ title, body, severity, state, link }: Message, topic: string) {
  const isGood = state === 'recovered';
  return {
    topic,
    title: oneLine(title, 200),
    message: plainText(body, 3000),
    priority: isGood ? priorities.info : priorities[severity],
    tags: [isGood ? 'white_check_mark' : tags[severity]],
    ...(link === null ? {} : { click: link }),
  };
}
