import { z } from 'zod';

/** Accounts of one site at most. */
export const mostAccounts = 50;

/** Who gets in by a password. */
export const Username = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/,
    'A username is letters, digits and . _ @ + -, and begins with a letter or digit.',
  );

/** What bcrypt takes: what is beyond 72 bytes would not count. */
const Password = z
  .string()
  .min(8, 'A password has at least 8 characters.')
  .regex(/^[^\0\r\n]*$/, 'This must be one line.')
  .refine((text) => text.isWellFormed(), 'This has a character that no text may have.')
  .refine((text) => new TextEncoder().encode(text).length <= 72, 'A password has at most 72 bytes.');

/** Passwords of those who get in, by username; written, never told. */
export const Passwords = z
  .record(Username, Password.nullable())
  .refine((given) => Object.keys(given).length <= mostAccounts, `At most ${mostAccounts} accounts.`)
  .describe(
    'By username, never told again; null takes an account away, one that is left out stays as it is. With none everybody gets in',
  );
export type Passwords = z.infer<typeof Passwords>;
