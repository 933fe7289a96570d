import { below, type HttpParts, json, post } from '../../http.ts';
import { type Notifier, oneLine, plainText } from '../../message.ts';
import { SendError } from '../../send-error.ts';
import type { SecretsOf, SettingsOf } from '../../settings.ts';

/** A chat of a Telegram bot (core.telegram.org/bots/api#sendmessage); without a parse mode text stays text. */
export function telegram(
  { settings, secrets }: { settings: SettingsOf<'telegram'>; secrets: SecretsOf<'telegram'> },
  parts: HttpParts,
): Notifier {
  const url = below(settings.server, `bot${secrets.token}/sendMessage`);
  return {
    async send({ title, body, link, severity, state }, signal) {
      const lines = [oneLine(title, 200), plainText(body, 3500), link ?? ''].filter((line) => line !== '');
      const request = json({
        chat_id: settings.chat,
        text: lines.join('\n'),
        link_preview_options: { is_disabled: true },
        disable_notification: severity === 'info' || state === 'recovered',
      });
      await post('Telegram', parts, url, request, signal).catch((error: unknown) => {
        throw inTelegramsWords(error);
      });
      return { detail: `${new URL(url).host} took it.` };
    },
  };
}

/** Telegram says 404 for a token that it does not know, and 403 for a chat that does not want the bot. */
function inTelegramsWords(error: unknown): unknown {
  if (!(error instanceof SendError)) return error;
  if (error.layer === 'gone')
    return new SendError('unauthorized', 'sign-in', error.message, { cause: error });
  if (error.kind === 'unauthorized' && / answered 403/.test(error.message)) {
    return new SendError('rejected', 'content', error.message, { cause: error });
  }
  return error;
}
