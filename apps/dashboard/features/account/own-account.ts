import {
  type AuthenticationAnswer,
  credentialsOf,
  endSessions,
  hashPassword,
  type Holder,
  removeCredentials,
  sessionsOf,
  setPassword,
  setSteppedUp,
  siteOf,
  stepUpLifeMs,
} from '@nebula/auth';
import { type Page, pageWindow } from '@nebula/contract';
import { newId } from '@nebula/db';
import { AppError } from '@nebula/errors';
import type { Context, RequestFacts } from '@nebula/runtime';
import { account, type Security, type Session, type User } from './contract.ts';
import { deviceWords } from './device-words.ts';
import { deviceCookieOf, ownAccount, ownSession, ownTarget, passkeySite } from './identity.ts';
import type { AccountParts } from './parts.ts';
import { shownPasskey } from './second-steps.ts';
import { asOptions } from './signing-in.ts';
import { keepingAWayIn } from './ways-in.ts';

const { actions, events } = account;

/** The verbs of one's own account: its protection, proofs, profile, password and sessions. */
export function createOwnAccount(parts: AccountParts) {
  const { authenticator, clock, database, factors, passkeys, people, provider, signIn } = parts;

  /** Throws WRONG_CREDENTIALS, audited, when the password is not theirs; counts wrong ones for good. */
  async function provePassword(context: Context, who: Holder, password: string, request: RequestFacts) {
    const { email } = await people.byId(context.sql, who.userId);
    const { address, cookies } = request;
    const proof = { email, password, address, deviceCookie: cookies[deviceCookieOf(email)] };
    const user = await signIn.prove(database, proof);
    if (user !== null) return user;
    return await context.write(actions.prove, ownTarget(context.actor), async () => {
      throw new AppError('WRONG_CREDENTIALS', 'The password is not right.');
    });
  }

  async function stepUp(context: Context): Promise<{ until: string }> {
    const sessionId = ownSession(context.actor);
    const now = clock.now();
    await context.write(actions.prove, ownTarget(context.actor), ({ sql }) =>
      setSteppedUp(sql, sessionId, now),
    );
    authenticator.forget();
    return { until: new Date(now.getTime() + stepUpLifeMs).toISOString() };
  }

  return {
    async security(context: Context, { origin }: RequestFacts): Promise<Security> {
      const { actor, sql } = context;
      const { userId } = ownAccount(actor);
      const protection = await factors.protection(sql, userId);
      const [linked] = provider === null ? [] : await credentialsOf(sql, userId, 'oidc');
      const provenAt = actor.kind === 'user' ? actor.steppedUpAt : null;
      return {
        hasPassword: protection.hasPassword,
        twoStepSince: protection.twoStepSince?.toISOString() ?? null,
        recoveryCodesLeft: protection.recoveryCodesLeft,
        passkeys: (await passkeys.list(sql, userId)).map(shownPasskey),
        passkeyHost: siteOf(origin)?.host ?? null,
        provider:
          provider === null
            ? null
            : { name: provider.settings.name, isLinked: linked !== undefined, email: linked?.secret ?? null },
        provenUntil: provenAt === null ? null : new Date(provenAt.getTime() + stepUpLifeMs).toISOString(),
      };
    },

    async proveAgain(
      context: Context,
      input: { password: string; code?: string | undefined },
      request: RequestFacts,
    ) {
      ownSession(context.actor);
      const who = ownAccount(context.actor);
      const { twoStepSince } = await factors.protection(context.sql, who.userId);
      if (twoStepSince !== null && input.code === undefined) {
        throw new AppError('CODE_MISSING', 'Enter the code of your authenticator app too.');
      }
      const user = await provePassword(context, who, input.password, request);
      if (twoStepSince === null || input.code === undefined) return await stepUp(context);
      const where = { address: request.address, deviceCookie: request.cookies[deviceCookieOf(user.email)] };
      if ((await factors.prove(database, user, input.code, where)) !== null) return await stepUp(context);
      return await context.write(actions.prove, ownTarget(context.actor), async () => {
        throw new AppError('WRONG_CODE', 'This code is not right, or was used before.');
      });
    },

    async startPasskeyProof(context: Context, request: RequestFacts) {
      const site = passkeySite(request);
      const who = ownAccount(context.actor);
      const options = await context.write(actions.ask, ownTarget(context.actor), ({ sql }) =>
        passkeys.startProof(sql, who, site),
      );
      return { options: asOptions(options) };
    },

    async proveWithPasskey(context: Context, answer: AuthenticationAnswer, request: RequestFacts) {
      const site = passkeySite(request);
      const who = ownAccount(context.actor);
      const sessionId = ownSession(context.actor);
      const now = clock.now();
      await context.write(actions.prove, ownTarget(context.actor), async ({ sql }) => {
        await passkeys.prove(sql, who, site, answer);
        await setSteppedUp(sql, sessionId, now);
      });
      authenticator.forget();
      return { until: new Date(now.getTime() + stepUpLifeMs).toISOString() };
    },

    async changeProfile(
      context: Context,
      input: { name?: string | undefined; email?: string | undefined },
    ): Promise<User> {
      const { userId } = ownAccount(context.actor);
      const seen = await people.byId(context.sql, userId);
      const isEmail = input.email !== undefined && input.email !== seen.email;
      const action = isEmail ? actions['change-email'] : actions['change-name'];
      const after = await context.write(action, ownTarget(context.actor), async (change) => {
        const made = await people.change(change.sql, userId, { ...input, version: seen.version });
        const { name, email } = made.after;
        change.record({
          before: { name: made.before.name, email: made.before.email },
          after: { name, email },
        });
        change.emit(events['users-changed'], { userId });
        return made.after;
      });
      authenticator.forget();
      const { id, name, email, role } = after;
      return { id, name, email, role };
    },

    /** The current password is the proof; an account without one needs another, fresh proof. */
    async changePassword(
      context: Context,
      input: { currentPassword?: string | undefined; newPassword: string },
      request: RequestFacts,
    ): Promise<void> {
      const who = ownAccount(context.actor);
      const { hasPassword } = await factors.protection(context.sql, who.userId);
      if (hasPassword) {
        if (input.currentPassword === undefined) {
          const message = 'Enter your current password.';
          const fields = [{ path: 'body.currentPassword', message }];
          throw new AppError('BAD_INPUT', message, { fields });
        }
        await provePassword(context, who, input.currentPassword, request);
      }
      const action = hasPassword ? actions['change-password'] : actions['set-password'];
      const except = context.actor.kind === 'user' ? context.actor.sessionId : null;
      const secret = await hashPassword(input.newPassword);
      await context.write(action, ownTarget(context.actor), async (change) => {
        const now = clock.now();
        await setPassword(change.sql, { id: newId(), userId: who.userId, secret, now });
        const ended = await endSessions(change.sql, who.userId, now, { except });
        change.record({ after: { endedSessions: ended.length } });
      });
      authenticator.forget();
    },

    async listSessions(
      context: Context,
      query: { limit: number; cursor?: string | undefined },
    ): Promise<Page<Session>> {
      const { userId, holder } = ownAccount(context.actor);
      const after = query.cursor ?? null;
      const rows = await sessionsOf(context.sql, userId, clock.now(), after, query.limit + 1);
      const { items, next } = pageWindow(rows, query.limit, (row) => row.id);
      const shown = items.map(({ id, address, userAgent, createdAt, lastSeenAt }) => ({
        id,
        isCurrent: id === holder,
        ...deviceWords(userAgent),
        address,
        createdAt: createdAt.toISOString(),
        lastSeenAt: lastSeenAt.toISOString(),
      }));
      return { items: shown, next };
    },

    async endSession(context: Context, id: string): Promise<void> {
      const { userId } = ownAccount(context.actor);
      await context.write(actions['end-session'], { type: 'session', id }, async ({ sql }) => {
        const ended = await endSessions(sql, userId, clock.now(), { only: id });
        if (ended.length === 0) throw new AppError('NOT_FOUND', 'There is no such session, or it has ended.');
      });
      authenticator.forget();
    },

    async endOtherSessions(context: Context): Promise<{ ended: number }> {
      const { userId } = ownAccount(context.actor);
      const except = context.actor.kind === 'user' ? context.actor.sessionId : null;
      const ended = await context.write(actions['end-session'], ownTarget(context.actor), async (change) => {
        const ids = await endSessions(change.sql, userId, clock.now(), { except });
        change.record({ after: { ended: ids.length } });
        return ids.length;
      });
      authenticator.forget();
      return { ended };
    },

    async unlinkProvider(context: Context): Promise<void> {
      const { userId } = ownAccount(context.actor);
      await context.write(actions['unlink-provider'], ownTarget(context.actor), ({ sql }) =>
        keepingAWayIn(parts, sql, userId, async () => {
          if ((await removeCredentials(sql, userId, ['oidc'])) > 0) return;
          throw new AppError('NOT_FOUND', 'Your account is not linked.');
        }),
      );
    },
  };
}
