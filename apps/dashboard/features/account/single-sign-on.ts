import {
  askAnybody,
  credentialByExternalId,
  digestOf,
  insertCredential,
  isAllowedEmail,
  type ProviderIdentity,
  type ProviderMemory,
  removeCredentials,
  roleOf,
  takeAnswer,
  userByEmail,
  type UserRow,
} from '@nebula/auth';
import type { Role } from '@nebula/contract';
import { newId, type Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import { type Context, type RequestFacts, WithCookies } from '@nebula/runtime';
import { z } from 'zod';
import { account, type SignInState } from './contract.ts';
import { challengeCookie, type Opening } from './opening.ts';
import { ownTarget } from './identity.ts';
import type { AccountParts } from './parts.ts';
import { followGroups, ofGroups } from './provider-groups.ts';

const { actions, events } = account;
const providerCookie = 'nebula_provider';

/** What is remembered while somebody is at the provider. */
const Memory = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  redirectUri: z.string(),
  /** The account and session that asked to be linked; null for a sign-in. */
  link: z.object({ sessionId: z.string() }).nullable(),
  /** Digest of the invitation's token, in hexadecimal. */
  invitation: z.string().nullable(),
});
type Memory = z.infer<typeof Memory>;

interface StartInput {
  purpose: 'sign-in' | 'link';
  invitationToken?: string | undefined;
}

/** Signing in at a provider. Nobody is ever joined to an existing account without having confirmed it while signed in there. */
export function createSingleSignOn(parts: AccountParts, opening: Opening) {
  const { clock, database, factors, people, provider, signIn } = parts;

  function available() {
    if (provider !== null) return provider;
    throw new AppError('PROVIDER_UNAVAILABLE', 'No sign-in provider is set up; see NEBULA_OIDC_ISSUER.');
  }

  async function remember(context: Context, input: StartInput, memory: ProviderMemory): Promise<string> {
    const { actor } = context;
    const token = input.invitationToken;
    const invitation = token === undefined ? null : digestOf(token).toString('hex');
    if (input.purpose === 'sign-in') {
      const data: Memory = { ...memory, link: null, invitation };
      return await context.write(actions['begin-sign-in'], { type: 'account', id: 'provider' }, ({ sql }) =>
        askAnybody(sql, clock, 'provider', { userId: null, data: JSON.stringify(data) }),
      );
    }
    if (actor.kind !== 'user')
      throw new AppError('BAD_INPUT', 'Only a person who is signed in can be linked.');
    const data: Memory = { ...memory, link: { sessionId: actor.sessionId }, invitation: null };
    return await context.write(actions['begin-link'], ownTarget(actor), ({ sql }) =>
      askAnybody(sql, clock, 'provider', { userId: actor.id, data: JSON.stringify(data) }),
    );
  }

  async function link(context: Context, identity: ProviderIdentity, memory: Memory, userId: string | null) {
    const { actor } = context;
    if (actor.kind !== 'user' || actor.id !== userId || actor.sessionId !== memory.link?.sessionId) {
      throw new AppError('CHALLENGE_GONE', 'Another account is signed in now than when this began.');
    }
    if (verifiedEmail(identity) !== actor.email) {
      throw new AppError(
        'PROVIDER_REFUSED',
        `There you are ${identity.email ?? 'somebody without an e-mail'}, here ${actor.email}. Both have to be the same.`,
      );
    }
    await context.write(actions['link-provider'], ownTarget(actor), async (change) => {
      await removeCredentials(change.sql, actor.id, ['oidc']);
      await keep(change.sql, actor.id, identity, clock.now());
    });
  }

  /** The account of somebody new: by invitation, or because address or groups are allowed. */
  async function makeUser(sql: Sql, identity: ProviderIdentity, memory: Memory): Promise<UserRow> {
    const { settings } = available();
    const email = verifiedEmail(identity);
    let role: Role;
    let isOfGroups = false;
    if (memory.invitation !== null) {
      const invitation = await people.useInvitation(sql, Buffer.from(memory.invitation, 'hex'));
      if (invitation.email !== email) {
        throw new AppError(
          'PROVIDER_REFUSED',
          `The invitation is for ${invitation.email}; there you are ${email}.`,
        );
      }
      role = invitation.role;
    } else {
      if ((await userByEmail(sql, email)) !== undefined) {
        throw new AppError(
          'PROVIDER_NOT_LINKED',
          `There is an account for ${email} already. Sign in to it in the way you did before, then link it under Account.`,
        );
      }
      const byGroup = roleOf(settings, identity.groups);
      if (byGroup === null && !isAllowedEmail(settings, email)) {
        throw new AppError(
          'PROVIDER_REFUSED',
          `${email} has no account here. Ask an administrator for an invitation.`,
        );
      }
      role = byGroup ?? 'viewer';
      isOfGroups = byGroup !== null;
    }
    const user = await signIn.createUser(sql, { email, name: identity.name ?? email, password: null, role });
    await keep(sql, user.id, identity, clock.now(), isOfGroups);
    return user;
  }

  /** Whether somebody's address alone lets them in. */
  function isWelcome({ email, isEmailVerified }: ProviderIdentity): boolean {
    return email !== null && isEmailVerified && isAllowedEmail(available().settings, email);
  }

  async function enter(
    context: Context,
    identity: ProviderIdentity,
    memory: Memory,
    request: RequestFacts,
  ): Promise<WithCookies<SignInState>> {
    const found = await credentialByExternalId(context.sql, 'oidc', identity.externalId);
    const followed =
      found === undefined || found.user.disabledAt !== null
        ? null
        : await followGroups(parts, available().settings, context, found, identity);
    const isOut = followed?.isLeft === true && !isWelcome(identity);
    if (found === undefined || followed === null || isOut) {
      const opened = await opening.open(
        context,
        actions['sign-in'],
        request,
        identity.email ?? 'provider',
        async ({ sql, emit }) => {
          if (isOut)
            throw new AppError(
              'PROVIDER_REFUSED',
              'You are in none of the groups any more that may sign in here.',
            );
          if (found !== undefined) throw new AppError('PROVIDER_REFUSED', 'This account is disabled.');
          const user = await makeUser(sql, identity, memory);
          emit(events['users-changed'], { userId: user.id });
          return await signIn.open(sql, user, request);
        },
        [providerCookie],
      );
      return new WithCookies({ ...opened.output, secondStep: null }, opened.cookies);
    }
    // Whoever has a password or a passkey here proves dangerous things with that.
    const { hasPassword, passkeys } = await factors.protection(context.sql, found.user.id);
    const isProof = !hasPassword && passkeys === 0;
    return await opening.openOrAsk(context, request, followed.user, { isProof, spent: [providerCookie] });
  }

  return {
    async start(
      context: Context,
      input: StartInput,
      request: RequestFacts,
    ): Promise<WithCookies<{ url: string }>> {
      const asked = available();
      if (input.invitationToken !== undefined) await people.invitationOf(context.sql, input.invitationToken);
      const { url, memory } = await asked.begin(`${request.origin}/sign-in/provider`);
      const token = await remember(context, input, memory);
      return new WithCookies({ url }, [challengeCookie(providerCookie, token)]);
    },

    /** What was asked is used up first, whatever comes of it: an address that was come back to works once. */
    async finish(context: Context, query: string, request: RequestFacts) {
      const asked = available();
      const who = { token: request.cookies[providerCookie] };
      const challenge = await takeAnswer(database.sql, clock, 'provider', who);
      if (challenge === null) {
        throw new AppError(
          'CHALLENGE_GONE',
          'This sign-in was not begun in this browser, or it took too long.',
        );
      }
      const memory = Memory.parse(JSON.parse(challenge.data));
      const identity = await asked.finish(memory, query);
      if (memory.link === null) {
        const entered = await enter(context, identity, memory, request);
        return new WithCookies({ ...entered.output, isLinked: false }, entered.cookies);
      }
      await link(context, identity, memory, challenge.userId);
      const state = { ...opening.stateOf(context.actor, null), secondStep: null, isLinked: true };
      return new WithCookies(state, [{ name: providerCookie, value: null }]);
    },
  };
}

/** Throws PROVIDER_REFUSED for an address that the provider has not proven. */
function verifiedEmail({ email, isEmailVerified }: ProviderIdentity): string {
  if (email !== null && isEmailVerified) return email;
  throw new AppError(
    'PROVIDER_REFUSED',
    'The provider does not vouch for your e-mail address, so it cannot be used.',
  );
}

/** Of two that are linked at once, one is refused. `secret` holds the address for show; there is nothing secret. */
async function keep(
  sql: Sql,
  userId: string,
  identity: ProviderIdentity,
  now: Date,
  isOfGroups = false,
): Promise<void> {
  const row = {
    id: newId(),
    userId,
    kind: 'oidc' as const,
    externalId: identity.externalId,
    secret: identity.email ?? '',
    data: JSON.stringify(isOfGroups ? ofGroups : {}),
    createdAt: now,
  };
  if (await insertCredential(sql, row)) return;
  throw new AppError('PROVIDER_REFUSED', 'This account of the provider is linked to another account here.');
}
