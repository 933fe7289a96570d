import { join } from 'node:path';
import { createApiKeys, createPeople, createSignIn, type ResetDoes } from '@nebula/auth';
import { systemClock } from '@nebula/clock';
import { type Action, permissionsOf } from '@nebula/contract';
import { api } from '@nebula/dashboard/contract';
import { z } from 'zod';
import { usage } from '../failure.ts';
import type { CliConfig } from '../settings.ts';
import { localUrl } from '../contexts/target.ts';
import { openLocalDatabase } from './database.ts';
import { runningUrl } from './installation.ts';
import { ownerContext, readKey } from './owner.ts';

const { setUp, createKey } = api.account.endpoints;

/** What the audit calls an administrator's account that the machine's owner made. */
const createAdminAction: Action = { name: 'account.create-admin', permission: 'signed-in', undo: null };

const NewAdmin = setUp.body.omit({ token: true });

/** Makes an administrator's account in the database of this machine. */
export async function createAdmin(
  config: CliConfig,
  input: z.input<typeof NewAdmin>,
  signal: AbortSignal,
): Promise<{ id: string; email: string }> {
  const account = proven(NewAdmin, input);
  await using local = await openLocalDatabase(config);
  const context = await ownerContext(local, signal);
  const deviceKey = await readKey(join(local.installation.dataDir, 'keys'), 'device.key');
  const signIn = createSignIn({ clock: systemClock, deviceKey });
  const target = { type: 'user', id: 'new', name: account.email };
  return await context.write(createAdminAction, target, async (change) => {
    const { id, email } = await signIn.createUser(change.sql, { ...account, role: 'admin' });
    change.record({ target: { ...target, id }, after: { email, name: account.name, role: 'admin' } });
    return { id, email };
  });
}

/** What the audit calls a reset link that the machine's owner made. */
const makeResetAction: Action = { name: 'account.make-reset', permission: 'signed-in', undo: null };

/** A one-time link with which somebody sets a new password; `path` is what follows the server's address. */
export async function makeReset(
  config: CliConfig,
  { email: address, ...does }: { email: string } & ResetDoes,
  signal: AbortSignal,
): Promise<{ email: string; url: string; expiresAt: string }> {
  await using local = await openLocalDatabase(config);
  const context = await ownerContext(local, signal);
  const people = createPeople({ clock: systemClock });
  const target = { type: 'user', id: 'unknown', name: address };
  const made = await context.write(makeResetAction, target, async (change) => {
    const link = await people.resetLink(change.sql, address, does);
    const { id, email } = link.user;
    change.record({ target: { type: 'user', id, name: email }, after: does });
    return link;
  });
  const server = (await runningUrl(local.installation)) ?? localUrl(config);
  const url = `${server.replace(/\/$/, '')}/reset#${made.token}`;
  return { email: made.user.email, url, expiresAt: made.expiresAt.toISOString() };
}

const NewKey = createKey.body.pick({ name: true, role: true, scopes: true });

/** Makes an API key that belongs to no account. `expires` is `90d`, `12h` or `never`. */
export async function createOwnerKey(
  config: CliConfig,
  input: z.input<typeof NewKey> & { expires: string },
  signal: AbortSignal,
): Promise<{
  id: string;
  name: string;
  role: string;
  scopes: string[];
  expiresAt: string | null;
  token: string;
}> {
  const { name, role, scopes } = proven(NewKey, { name: input.name, role: input.role, scopes: input.scopes });
  refuseUnknown(scopes);
  const expiresAt = expiryOf(input.expires);
  await using local = await openLocalDatabase(config);
  const context = await ownerContext(local, signal);
  const target = { type: 'api-key', id: 'new', name };
  return await context.write(api.account.actions['create-key'], target, async (change) => {
    const made = { name, role, scopes, expiresAt, userId: null };
    const { row, token } = await createApiKeys({ clock: systemClock }).create(change.sql, made);
    const shown = { role, scopes, expiresAt: expiresAt?.toISOString() ?? null };
    change.record({ target: { ...target, id: row.id }, after: shown });
    return { id: row.id, name, ...shown, token };
  });
}

/** A scope that covers nothing would only be noticed when the key is used. */
function refuseUnknown(scopes: string[]): void {
  const permissions = [...permissionsOf(api).keys()];
  for (const scope of scopes) {
    const isKnown =
      scope === '*' ||
      permissions.some(
        (known) => known === scope || (scope.endsWith(':*') && known.startsWith(scope.slice(0, -1))),
      );
    if (isKnown) continue;
    throw usage(`--scopes: ${JSON.stringify(scope)} covers no permission.`, {
      next: `There are: *, ${permissions.join(', ')}.`,
    });
  }
}

/** The instant after a span of hours or days from now; null for `never`. */
export function expiryOf(text: string, now: Date = systemClock.now()): Date | null {
  if (text === 'never') return null;
  const match = /^([1-9]\d{0,4})([hd])$/.exec(text);
  const hours = match === null ? Number.NaN : Number(match[1]) * (match[2] === 'd' ? 24 : 1);
  if (!(hours <= 3650 * 24)) throw usage('--expires must be such as 90d, 12h or never, and at most 3650d.');
  return new Date(now.getTime() + hours * 3_600_000);
}

function proven<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const fields = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw usage(`--${fields[0]?.path ?? ''}: ${fields[0]?.message ?? 'is not valid'}`, { fields });
}
