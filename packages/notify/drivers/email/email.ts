import { type HttpParts, purposeOf } from '../../http.ts';
import type { Notifier } from '../../message.ts';
import { SendError, sendErrorOf } from '../../send-error.ts';
import type { SecretsOf, SettingsOf } from '../../settings.ts';
import { compose } from './compose.ts';
import { handIn, type SmtpServer } from './smtp.ts';

/** E-mail by a server that takes it from us (SMTP submission). */
export function email(
  { settings, secrets }: { settings: SettingsOf<'email'>; secrets: SecretsOf<'email'> },
  parts: HttpParts,
): Notifier {
  const { server: host, port, encryption, username, from, to } = settings;
  const purpose = purposeOf('e-mail', parts);
  return {
    async send(message, signal) {
      if (encryption === 'none' && parts.reach === 'public') {
        throw new SendError('rejected', 'encryption', 'E-mail without encryption is only sent at home.');
      }
      const address = await parts.outbound.address(purpose, host, signal).catch((error: unknown) => {
        throw signal.aborted ? signal.reason : sendErrorOf(error);
      });
      const { password } = secrets;
      const login = username === '' || password === undefined ? null : { username, password };
      const server: SmtpServer = { host, address, port, encryption, login };
      const { said, refused } = await handIn(
        server,
        { from, to, data: compose(message, { from, to }) },
        parts.timeoutMs,
        signal,
      );
      const but = refused.length === 0 ? '' : ` It did not take it for ${refused.join(', ')}.`;
      return { detail: `${host} took it${said === '' ? '' : `: ${said}`}.${but}` };
    },
  };
}
