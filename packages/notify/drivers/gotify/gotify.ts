import { below, type HttpParts, json, post } from '../../http.ts';
import { type Notifier, oneLine, plainText } from '../../message.ts';
import type { SecretsOf, SettingsOf } from '../../settings.ts';

const priorities = { critical: 8, warning: 5, info: 3 } as const;

/** An application of a Gotify server (gotify.net/docs/pushmsg, gotify.net/docs/msgextras). */
export function gotify(
  { settings, secrets }: { settings: SettingsOf<'gotify'>; secrets: SecretsOf<'gotify'> },
  parts: HttpParts,
): Notifier {
  const url = below(settings.server, 'message');
  return {
    async send({ title, body, severity, state, link }, signal) {
      const request = json(
        {
          title: oneLine(title, 200),
          message: plainText(body, 4000),
          priority: state === 'recovered' ? priorities.info : priorities[severity],
          extras: {
            'client::display': { contentType: 'text/plain' },
            ...(link === null ? {} : { 'client::notification': { click: { url: link } } }),
          },
        },
        { 'x-gotify-key': secrets.token },
      );
      await post('Gotify', parts, url, request, signal);
      return { detail: `${new URL(url).host} took it.` };
    },
  };
}
