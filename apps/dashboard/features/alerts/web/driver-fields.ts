import type { Driver } from '../contract.ts';
import { channelCopy } from './channel-copy.ts';

/** One field of a channel's form, and where its value goes. */
export interface DriverField {
  name: string;
  place: 'settings' | 'secrets';
  label: string;
  kind: 'text' | 'secret' | 'number' | 'list' | 'encryption';
  help?: string;
  isOptional?: boolean;
  usual?: string;
}

const { fields, help } = channelCopy;
const secret = (name: string, label: string, more: Partial<DriverField> = {}): DriverField => ({
  ...{ name, label, place: 'secrets', kind: 'secret' },
  ...more,
});
const text = (name: string, label: string, more: Partial<DriverField> = {}): DriverField => ({
  ...{ name, label, place: 'settings', kind: 'text' },
  ...more,
});

/** What each driver is asked for. */
export const driverFields: Record<Driver, readonly DriverField[]> = {
  discord: [secret('url', fields.webhookUrl, { help: help.discordUrl })],
  slack: [secret('url', fields.webhookUrl, { help: help.slackUrl })],
  telegram: [
    secret('token', fields.token),
    text('chat', fields.chat, { help: help.chat }),
    text('server', fields.server, { usual: 'https://api.telegram.org' }),
  ],
  ntfy: [
    text('server', fields.server, { usual: 'https://ntfy.sh' }),
    text('topic', fields.topic, { help: help.ntfyTopic }),
    secret('token', fields.token, { isOptional: true }),
  ],
  gotify: [text('server', fields.server), secret('token', fields.token)],
  webhook: [text('url', fields.url), secret('key', fields.key, { help: help.key })],
  email: [
    text('server', fields.server),
    text('port', fields.port, { kind: 'number', usual: '587' }),
    text('encryption', fields.encryption, { kind: 'encryption', usual: 'starttls' }),
    text('username', fields.username, { isOptional: true }),
    secret('password', fields.password, { isOptional: true }),
    text('from', fields.from),
    text('to', fields.to, { kind: 'list', help: help.to }),
  ],
};

/** Values of the form by field, as they were typed. */
export type Typed = Readonly<Record<string, string>>;

/** What a form begins with: what is kept, or what is usual. Secrets are never told, so they begin empty. */
export function typedOf(driver: Driver, settings: Readonly<Record<string, unknown>> | null): Typed {
  return Object.fromEntries(
    driverFields[driver].map(({ name, place, usual = '' }) => {
      const kept = place === 'settings' ? settings?.[name] : undefined;
      return [name, kept === undefined ? usual : Array.isArray(kept) ? kept.join(', ') : String(kept)];
    }),
  );
}

/** Settings and secrets as the server takes them; secrets that were left empty stay what they are (null). */
export function partsOf(
  driver: Driver,
  typed: Typed,
): { settings: Record<string, unknown>; secrets: Record<string, unknown> | null } {
  const settings: Record<string, unknown> = {};
  const secrets: Record<string, unknown> = {};
  for (const { name, place, kind } of driverFields[driver]) {
    const value = (typed[name] ?? '').trim();
    if (value === '') continue;
    if (place === 'secrets') secrets[name] = value;
    else settings[name] = kind === 'number' ? Number(value) : kind === 'list' ? itemsOf(value) : value;
  }
  return { settings, secrets: Object.keys(secrets).length === 0 ? null : secrets };
}

function itemsOf(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
