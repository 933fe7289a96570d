import { answeredWrongly, csrfTokenOf, lookAt, siteOf, takeAnswer, userById } from '@nebula/auth';
import { AppError } from '@nebula/errors';
import { type Context, type RequestFacts, WithCookies } from '@nebula/runtime';
import type { AuthenticationAnswer } from '@nebula/auth';
import { account, type SessionState } from './contract.ts';
import { deviceCookieOf, passkeySite } from './identity.ts';
import { challengeCookie, type Opening, secondStepCookie } from './opening.ts';
import type { AccountParts } from './parts.ts';

const { actions, events } = account;
const passkeyCookie = 'nebula_passkey';

interface SetUpInput {
  token: string;
  email: string;
  name: string;
  password: string;
}

/** The verbs of signing in and out. */
export function createSigningIn(parts: AccountParts, opening: Opening) {
  const { authenticator, clock, database, factors, passkeys, people, provider, signIn } = parts;

  return {
    async session(context: Context, sessionToken: string | null): Promise<SessionState> {
      const state = opening.stateOf(context.actor, sessionToken === null ? null : csrfTokenOf(sessionToken));
      return { ...state, needsSetUp: state.user === null && (await signIn.needsSetUp(context.sql)) };
    },

    async ways({ origin }: RequestFacts) {
      return { passkeys: siteOf(origin) !== null, provider: provider?.settings.name ?? null };
    },

    setUp(context: Context, input: SetUpInput, request: RequestFacts) {
      const { token, ...newAccount } = input;
      return opening.open(context, actions['set-up'], request, newAccount.email, async ({ sql }) => {
        const user = await signIn.setUp(sql, token, newAccount);
        return await signIn.open(sql, user, request);
      });
    },

    /** The proof comes before the transaction: it takes time, counts failures for good, and is open to everybody. */
    async signIn(context: Context, input: { email: string; password: string }, request: RequestFacts) {
      const { address, cookies } = request;
      const proof = { ...input, address, deviceCookie: cookies[deviceCookieOf(input.email)] };
      const user = await signIn.prove(database, proof);
      if (user !== null) return await opening.openOrAsk(context, request, user);
      const refused = await opening.open(context, actions['sign-in'], request, input.email, async () => {
        throw new AppError('WRONG_CREDENTIALS', 'E-mail or password is not right.');
      });
      return new WithCookies({ ...refused.output, secondStep: null }, refused.cookies);
    },

    async takeSecondStep(context: Context, code: string, request: RequestFacts) {
      const who = { token: request.cookies[secondStepCookie] };
      const asked = await lookAt(context.sql, clock, 'second-factor', who);
      const userId = asked?.userId ?? null;
      const user = userId === null ? undefined : await userById(context.sql, userId);
      if (user === undefined || user.disabledAt !== null) throw tooLate();
      const where = { address: request.address, deviceCookie: request.cookies[deviceCookieOf(user.email)] };
      const kind = await factors.prove(database, user, code, where);
      if (kind === null) await answeredWrongly(database.sql, 'second-factor', who);
      return await opening.open(
        context,
        actions['sign-in'],
        request,
        user.email,
        async ({ sql }) => {
          if (kind === null) throw new AppError('WRONG_CODE', 'This code is not right, or was used before.');
          if ((await takeAnswer(sql, clock, 'second-factor', who)) === null) throw tooLate();
          return await signIn.open(sql, user, { ...request, deviceCookie: where.deviceCookie });
        },
        [secondStepCookie],
      );
    },

    async startPasskey(context: Context, request: RequestFacts) {
      const site = passkeySite(request);
      const target = { type: 'account', id: 'unknown' };
      const { options, token } = await context.write(actions['begin-sign-in'], target, ({ sql }) =>
        passkeys.startSignIn(sql, site),
      );
      return new WithCookies({ options: asOptions(options) }, [challengeCookie(passkeyCookie, token)]);
    },

    signInWithPasskey(context: Context, answer: AuthenticationAnswer, request: RequestFacts) {
      const site = passkeySite(request);
      return opening.open(
        context,
        actions['sign-in'],
        request,
        'passkey',
        async ({ sql }) => {
          const user = await passkeys.signIn(sql, request.cookies[passkeyCookie], site, answer);
          return await signIn.open(sql, user, {
            ...request,
            deviceCookie: request.cookies[deviceCookieOf(user.email)],
          });
        },
        [passkeyCookie, secondStepCookie],
      );
    },

    async signOut(context: Context): Promise<WithCookies<undefined>> {
      const { actor } = context;
      if (actor.kind !== 'user') {
        throw new AppError('BAD_INPUT', 'Only a person who is signed in can sign out; revoke a key instead.');
      }
      await context.write(actions['sign-out'], { type: 'user', id: actor.id, name: actor.email }, ({ sql }) =>
        signIn.close(sql, actor.sessionId),
      );
      authenticator.forget();
      return new WithCookies(undefined, [{ name: 'session', value: null }]);
    },

    async viewInvitation(context: Context, token: string) {
      const { email, role, invitedBy, expiresAt } = await people.invitationOf(context.sql, token);
      const name = provider?.settings.name ?? null;
      return { email, role, invitedBy, expiresAt: expiresAt.toISOString(), provider: name };
    },

    acceptInvitation(
      context: Context,
      { token, ...person }: { token: string; name: string; password: string },
      request: RequestFacts,
    ) {
      return opening.open(
        context,
        actions['accept-invitation'],
        request,
        'invitation',
        async ({ sql, emit }) => {
          const { email, role } = await people.useInvitation(sql, token);
          const user = await signIn.createUser(sql, { ...person, email, role });
          emit(events['users-changed'], { userId: user.id });
          return await signIn.open(sql, user, request);
        },
      );
    },

    async viewReset(context: Context, token: string) {
      const { user, clearsFactors, keepsKeys } = await people.resetOf(context.sql, token);
      return { email: user.email, clearsFactors, keepsKeys };
    },

    async useReset(context: Context, input: { token: string; password: string }, request: RequestFacts) {
      const target = { type: 'account', id: 'reset' };
      await context.write(actions['use-reset'], target, async (change) => {
        change.record({ origin: { address: request.address, userAgent: request.userAgent.slice(0, 300) } });
        const { user, ...done } = await people.reset(change.sql, input.token, input.password);
        change.record({ target: { type: 'user', id: user.id, name: user.email }, after: done });
      });
      authenticator.forget();
    },
  };
}

/** Options of the WebAuthn library as the contract has them. */
export function asOptions(options: object): { challenge: string } {
  if ('challenge' in options && typeof options.challenge === 'string') {
    return { ...options, challenge: options.challenge };
  }
  throw new TypeError('the options of a passkey have no challenge');
}

function tooLate(): AppError {
  return new AppError('CHALLENGE_GONE', 'This took too long, or too many codes were wrong. Sign in again.');
}
