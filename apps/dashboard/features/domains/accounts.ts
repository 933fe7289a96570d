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
  for (const [username, password] of Object.entries(given)) {
    if (password === null) accounts.delete(username);
    else accounts.set(username, { username, passwordHash: await hash(password, cost) });
  }
  if (accounts.size > mostAccounts) {
    throw new AppError('BAD_INPUT', `A site has at most ${mostAccounts} accounts.`, {
      fields: [{ path: 'body.passwords', message: `At most ${mostAccounts} accounts.` }],
    });
  }
  return [...accounts.values()].toSorted((one, other) => (one.username < other.username ? -1 : 1));
}

/** A hash that no password is known for: who has it cannot get in, and the site is not open to everybody either. */
export const lockedHash = `$2b$${cost}$${'nobodyknows'.padEnd(53, '.')}`;

/** The usernames, which are all that is ever told. */
export function usernamesOf(accounts: readonly SiteAccount[]): string[] {
  return accounts.map(({ username }) => username);
}
