import { type HttpParts, json, post } from '../../http.ts';
import { type Message, type Notifier, oneLine, plainText } from '../../message.ts';
import type { SecretsOf } from '../../settings.ts';

const colours = { critical: 0xe5484d, warning: 0xf5a524, info: 0x4c8dff } as const;
const recoveredColour = 0x30a46c;

/** A channel of Discord by its webhook (discord.com/developers/docs/resources/webhook#execute-webhook). */
export function discord({ url }: SecretsOf<'discord'>, parts: HttpParts): Notifier {
  const address = new URL(url);
  // Without it the answer comes before the message is kept, and says nothing.
  address.searchParams.set('wait', 'true');
  return {
    async send(message, signal) {
      await post('Discord', parts, address.href, json(bodyOf(message)), signal);
      return { detail: `${address.host} took it.` };
    },
  };
}

function bodyOf({ title, body, severity, state, link, at }: Message) {
  return {
    // Nobody is called, whatever a container is named.
    allowed_mentions: { parse: [] },
    embeds: [
      {
        title: escaped(oneLine(title, 200)).slice(0, 256),
        description: escaped(plainText(body, 1900)).slice(0, 4096),
        color: state === 'recovered' ? recoveredColour : colours[severity],
        timestamp: at.toISOString(),
        ...(link === null ? {} : { url: link }),
      },
    ],
  };
}

/** Every character that Discord's markup or its mentions begin with, taken at its word. */
function escaped(text: string): string {
  return text.replace(/[\\*_~`|<>#[\]()@:-]/g, String.raw`\$&`);
}
