import type { Sql } from '@nebula/db';
import { DriverError } from '@nebula/errors';
import { afterFailure, type AuthorityState, wellAuthority } from './authorities.ts';
import { type AcmeAccount, type AcmeClient, hostOf } from './client.ts';
import { makeKey, openAccountKey } from './keys.ts';
import type { AcmeParts } from './obtain.ts';
import { AcmeProblem } from './problems.ts';
import { addAuthority, authorityRows, findAuthority, updateAuthority } from './store.ts';

const sealName = (directory: string) => `acme-account:${directory}`;

/** What is remembered of each authority. */
export async function statesOf(sql: Sql): Promise<(directory: string) => AuthorityState> {
  const rows = new Map((await authorityRows(sql)).map((row) => [row.directory, row]));
  return (directory) => rows.get(directory) ?? wellAuthority;
}

/**
 * Our account at an authority; made when it is the first time, its key kept before. Made anew when the authority has
 * forgotten it.
 *
 * @throws {DriverError} `unauthorized` when the authority wants one that it knows from elsewhere and none is set
 */
export async function accountAt(
  directory: string,
  client: AcmeClient,
  { authorities, database, vault }: AcmeParts,
  signal: AbortSignal,
): Promise<AcmeAccount> {
  const { sql } = database;
  const set = authorities.find((one) => one.directory === directory || one.staging === directory);
  const email = set?.email ?? null;
  let row = await findAuthority(sql, directory);
  if (row === undefined) {
    await addAuthority(sql, {
      ...{ directory, accountUrl: null, sealedKey: vault.seal(sealName(directory), makeKey()), email },
      ...{ ...wellAuthority, failedAt: null, succeededAt: null },
    });
    row = await findAuthority(sql, directory);
  }
  if (row === undefined) throw new TypeError('An authority was added and is not there');
  const key = openAccountKey(vault.open(sealName(directory), row.sealedKey));
  if (row.accountUrl !== null) {
    const account = { key, url: row.accountUrl };
    if (row.email === email) return account;
    await client.changeContact(account, email, signal);
    await updateAuthority(sql, directory, { email });
    return account;
  }
  const isOwn = set?.directory === directory;
  let external = isOwn ? set.external : null;
  if (external === null && (await client.needsExternalAccount(signal))) {
    const bindingUrl = isOwn ? set.bindingUrl : null;
    const wanted = bindingUrl === null ? 'NEBULA_ACME_EXTERNAL_ACCOUNTS' : 'NEBULA_ACME_EMAIL';
    if (bindingUrl === null || email === null) {
      throw new DriverError(
        'unauthorized',
        `${hostOf(directory)} wants an account that it knows: set ${wanted}.`,
      );
    }
    external = await client.externalAccount(bindingUrl, email, signal);
  }
  const url = await client.account(key, { email, external }, signal);
  await updateAuthority(sql, directory, { accountUrl: url, email });
  return { key, url };
}

/** Remembers that an authority failed, if it was its fault. */
export async function noteFailure(
  directory: string,
  error: DriverError,
  { database, clock }: Pick<AcmeParts, 'database' | 'clock'>,
): Promise<void> {
  const now = clock.now();
  const row = await findAuthority(database.sql, directory);
  if (row === undefined) return;
  const { failures, retryAt, problem } = afterFailure(row, error, now);
  // An account that it does not know any more is made anew the next time.
  const isForgotten = error instanceof AcmeProblem && error.type === 'accountDoesNotExist';
  const account = isForgotten ? { accountUrl: null } : {};
  await updateAuthority(database.sql, directory, { failures, retryAt, problem, failedAt: now, ...account });
}

/** Remembers that an authority did what it should. */
export async function noteSuccess(
  directory: string,
  { database, clock }: Pick<AcmeParts, 'database' | 'clock'>,
): Promise<void> {
  const well = { ...wellAuthority, succeededAt: clock.now() };
  await updateAuthority(database.sql, directory, well);
}
