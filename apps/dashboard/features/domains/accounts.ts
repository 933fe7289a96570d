import { AppError } from '@nebula/errors';
import { mostAccounts, type Passwords } from './contract-accounts.ts';

/** Who gets into a site by a password (HTTP Basic). */
export interface SiteAccount {
  username: string;
  /** bcrypt, as the reverse proxy compares it. */
  passwordHash: string;
}

/** About a tenth of a second here and at the proxy, which remembers who was let in (OWASP asks for 10 or more). */
const cost = 11;

/** The accounts after a change: those that are left out stay, null takes one away. Throws AppError BAD_INPUT beyond fifty. */
export async function changedAccounts(
  kept: readonly SiteAccount[],
  given: Passwords,
): Promise<SiteAccount[]> {
  const { hash } = await import('bcryptjs');
  const accounts = new Map(kept.map((account) => [account.username, account]));
  // Counted first, since each hash takes its time.
  const after = new Set(accounts.keys());
  for (const [username, password] of Object.entries(given)) {
    if (password === null) after.delete(username);
    else after.add(username);
  }
  if (after.size > mostAccounts) {
    throw new AppError('BAD_INPUT', `A site has at most ${mostAccounts} accounts.`, {
      fields: [{ path: 'body.passwords', message: `At most ${mostAccounts} accounts.` }],
    });
  }
  for (const [username, password] of Object.entries(given)) {
    if (password === null) accounts.delete(username);
    else accounts.set(username, { username, passwordHash: await hash(password, cost) });
  }
  return [...accounts.values()].toSorted((one, other) => (one.username < other.username ? -1 : 1));
}

/** A hash that no password is known for: who has it cannot get in, and the site is not open to everybody either. */
export const lockedHash = `$2b$${cost}$${'nobodyknows'.padEnd(53, '.')}`;

/** The usernames, which are all that is ever told. */
export function usernamesOf(accounts: readonly SiteAccount[]): string[] {
  return accounts.map(({ username }) => username);
}

/** Hashes of passwords that a snippet may hold, as bcrypt writes them or the same in base64. */
const hashes = /\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}|\bJDJ[A-Za-z0-9+/]{77}/g;

const hiddenHash = '(hidden-hash)';

/** A text without hashes of passwords: who has one can try passwords on it. */
export function hideHashes(text: string): string {
  return text.replace(hashes, hiddenHash);
}

/** Options for those who may look and not change. */
export function withoutHashes<Options extends { snippet: string | null }>(options: Options): Options {
  const { snippet } = options;
  return snippet === null ? options : { ...options, snippet: hideHashes(snippet) };
}

/** Whether options come from who may not see the hashes: kept, they would replace what they hide. */
export function hidesHashes(options: { snippet?: string | null | undefined } | undefined): boolean {
  return options?.snippet?.includes(hiddenHash) === true;
}

/** Throws AppError BAD_INPUT for such options. */
export function refuseHidden(options: Parameters<typeof hidesHashes>[0]): void {
  if (!hidesHashes(options)) return;
  const message = 'Enter the hash, or a password of the site, in its place.';
  throw new AppError('BAD_INPUT', 'The snippet comes from somebody who may not see its hashes.', {
    fields: [{ path: 'body.options.snippet', message }],
  });
}
