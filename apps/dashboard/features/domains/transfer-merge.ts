import { lockedHash, type SiteAccount } from './accounts.ts';
import type { DomainOptions } from './contract-fields.ts';
import type { StatedAccount } from './transfer-stated.ts';
import { unusual } from './transfer-target-text.ts';

/**
 * Options of two sides: the other's where they are not as usual, ours elsewhere. Lists are put together; of the same header or
 * path the other's holds.
 */
export function mergedOptions(ours: DomainOptions, theirs: DomainOptions): DomainOptions {
  return {
    ...ours,
    ...unusual(theirs),
    requestHeaders: together(ours.requestHeaders, theirs.requestHeaders, ({ name }) => name.toLowerCase()),
    responseHeaders: together(ours.responseHeaders, theirs.responseHeaders, ({ name }) => name.toLowerCase()),
    redirects: together(ours.redirects, theirs.redirects, ({ from }) => from),
  };
}

/**
 * The accounts that a file says, with the passwords that are here. One whose password is nowhere is locked: nobody gets in by
 * it, which is better than that everybody does.
 */
export function statedAccounts(
  ours: readonly SiteAccount[],
  theirs: readonly StatedAccount[],
): SiteAccount[] {
  const here = new Map(ours.map(({ username, passwordHash }) => [username, passwordHash]));
  return theirs
    .map(({ username, passwordHash }) => ({
      username,
      passwordHash: passwordHash ?? here.get(username) ?? lockedHash,
    }))
    .toSorted((one, other) => (one.username < other.username ? -1 : 1));
}

/** The same with those that only we have. */
export function mergedAccounts(
  ours: readonly SiteAccount[],
  theirs: readonly StatedAccount[],
): SiteAccount[] {
  return statedAccounts(
    ours,
    together(ours, theirs, ({ username }) => username),
  );
}

function together<T>(ours: readonly T[], theirs: readonly T[], keyOf: (item: T) => string): T[] {
  const taken = new Set(theirs.map(keyOf));
  return [...ours.filter((item) => !taken.has(keyOf(item))), ...theirs];
}
