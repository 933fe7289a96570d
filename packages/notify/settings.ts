import { z } from 'zod';

const line = (max: number) =>
  z
    .string()
    .min(1, 'Something must stand here.')
    .max(max)
    .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), 'Control characters are not allowed.');

const Url = z
  .string()
  .max(2048)
  .refine((text) => {
    const url = URL.parse(text);
    return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  }, 'An address begins with https:// (or http:// at home) and carries no password.');

const MailAddress = z
  .string()
  .max(254)
  .regex(
    /^[^\s<>()[\],;:\\"@\p{Cc}]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/u,
    'This is not an e-mail address.',
  )
  .refine((text) => /^[\x21-\x7e]+$/.test(text), 'Only ASCII letters are understood in an e-mail address.');

const Host = z
  .string()
  .max(253)
  .regex(
    /^[A-Za-z0-9:](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?$/,
    'A server is a name or an address, such as smtp.example.com.',
  );

/** What each driver is set up with: what may be shown (`settings`), and what is never told again (`secrets`). */
export const driverSettings = {
  discord: {
    settings: z.strictObject({}),
    secrets: z.strictObject({ url: Url.describe('Webhook URL of the channel') }),
  },
  slack: {
    settings: z.strictObject({}),
    secrets: z.strictObject({ url: Url.describe('Incoming webhook URL') }),
  },
  telegram: {
    settings: z.strictObject({
      server: Url.default('https://api.telegram.org'),
      chat: z
        .string()
        .max(64)
        .regex(/^(-?\d{1,20}|@[A-Za-z0-9_]{4,32})$/, 'A chat is a number, or @name of a public channel.'),
    }),
    secrets: z.strictObject({
      token: z
        .string()
        .max(128)
        .regex(/^\d{3,20}:[A-Za-z0-9_-]{10,100}$/, 'A bot token is written 123456:ABC….'),
    }),
  },
  ntfy: {
    settings: z.strictObject({
      server: Url.default('https://ntfy.sh'),
      topic: z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,64}$/, 'A topic has letters, digits, dashes and underscores, 64 at most.'),
    }),
    secrets: z.strictObject({
      token: line(512).optional().describe('Access token, where the server asks for one'),
    }),
  },
  gotify: {
    settings: z.strictObject({ server: Url }),
    secrets: z.strictObject({
      token: z.string().regex(/^[A-Za-z0-9._-]{1,128}$/, 'This is not the token of an application.'),
    }),
  },
  webhook: {
    settings: z.strictObject({ url: Url }),
    secrets: z.strictObject({
      key: line(512).describe('Signs each message; `whsec_…` is base64, anything else is taken as it is'),
    }),
  },
  email: {
    settings: z.strictObject({
      server: Host,
      port: z.number().int().min(1).max(65_535).default(587),
      encryption: z
        .enum(['starttls', 'tls', 'none'])
        .default('starttls')
        .describe('`tls` from the first byte (465), `starttls` before signing in (587), `none` at home only'),
      username: z
        .string()
        .max(255)
        .regex(/^\P{Cc}*$/u, 'Control characters are not allowed.')
        .default(''),
      from: MailAddress,
      to: z.array(MailAddress).min(1, 'Say who gets it.').max(20),
    }),
    secrets: z.strictObject({ password: line(512).optional() }),
  },
} as const;

/** Drivers that a person sets up; browsers subscribe by themselves. */
export type DriverName = keyof typeof driverSettings;

/** Settings of one driver once proven. */
export type SettingsOf<D extends DriverName> = z.output<(typeof driverSettings)[D]['settings']>;
/** Secrets of one driver once proven. */
export type SecretsOf<D extends DriverName> = z.output<(typeof driverSettings)[D]['secrets']>;

/** A driver with what it is set up with. */
export type Target = {
  [D in DriverName]: { driver: D; settings: SettingsOf<D>; secrets: SecretsOf<D> };
}[DriverName];

/** Where a target's messages go: the host, for people to read, without anything secret. */
export function hostOf(target: Target): string {
  switch (target.driver) {
    case 'discord':
    case 'slack':
      return new URL(target.secrets.url).host;
    case 'telegram':
    case 'ntfy':
    case 'gotify':
      return new URL(target.settings.server).host;
    case 'webhook':
      return new URL(target.settings.url).host;
    case 'email':
      return `${target.settings.server}:${target.settings.port}`;
    default:
      return target satisfies never;
  }
}

/** Proves a target; throws a ZodError whose paths begin with `settings` or `secrets`. */
export function parseTarget(input: { driver: DriverName; settings: unknown; secrets: unknown }): Target {
  const shape = driverSettings[input.driver];
  return provenTarget(
    z
      .object({ driver: z.literal(input.driver), settings: shape.settings, secrets: shape.secrets })
      .parse(input),
  );
}

/** The shape was chosen by the driver's name, which the types of a union of shapes cannot say. */
function provenTarget(target: { driver: DriverName; settings: unknown; secrets: unknown }): Target {
  return target as Target;
}
