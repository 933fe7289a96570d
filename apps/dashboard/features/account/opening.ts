import {
  type Actor,
  askAnybody,
  csrfTokenOf,
  type Judge,
  type Protection,
  type SignedIn,
  siteOf,
  type UserRow,
} from '@nebula/auth';
import type { Action, Permission } from '@nebula/contract';
import { type Change, type Context, type RequestFacts, WithCookies } from '@nebula/runtime';
import { postNotice } from '../notices/index.ts';
import { account, type SecondStep, type SessionState, type SignInState } from './contract.ts';
import { deviceWords } from './device-words.ts';
import { cookiesOf, deviceCookieOf, userActor } from './identity.ts';
import type { AccountParts } from './parts.ts';

/** Cookie of a sign-in whose second step is missing. */
export const secondStepCookie = 'nebula_second_step';

const { actions } = account;
const challengeSeconds = 300;

/** A cookie that goes with a question for five minutes. */
export function challengeCookie(name: string, token: string) {
  return { name, value: token, maxAgeSeconds: challengeSeconds };
}

/** How sessions are opened, however somebody proved who they are. */
export interface Opening {
  stateOf(actor: Actor, csrfToken: string | null): SessionState;
  /** Opens the session that `make` answers, audited as `action`; `spent` names cookies that have served. */
  open(
    context: Context,
    action: Action,
    request: RequestFacts,
    email: string,
    make: (change: Change) => Promise<SignedIn>,
    spent?: string[],
  ): Promise<WithCookies<SessionState>>;
  /** Opens a session for somebody whose first step is proven, or asks for the second where the account has one. */
  openOrAsk(
    context: Context,
    request: RequestFacts,
    user: UserRow,
    options?: { isProof?: boolean; spent?: string[] },
  ): Promise<WithCookies<SignInState>>;
}

/** See {@link Opening}. */
export function createOpening(parts: AccountParts): Opening {
  const { clock, factors, judge, permissions, signIn } = parts;
  const stateOf = (actor: Actor, csrfToken: string | null) =>
    sessionState(judge, permissions, actor, csrfToken);

  async function open(
    context: Context,
    action: Action,
    request: RequestFacts,
    email: string,
    make: (change: Change) => Promise<SignedIn>,
    spent: string[] = [],
  ): Promise<WithCookies<SessionState>> {
    const origin = { address: request.address, userAgent: request.userAgent.slice(0, 300) };
    const session = await context.write(action, { type: 'account', id: email }, async (change) => {
      change.record({ origin });
      const made = await make(change);
      const { id, email: name } = made.user;
      change.record({ actor: userActor(made), target: { type: 'user', id, name } });
      if (made.isNewDevice && action.name === actions['sign-in'].name) {
        change.record({ after: { isNewDevice: true } });
        await tellNewDevice(change, made.user, origin, clock.now());
      }
      return made;
    });
    const cleared = spent.map((name) => ({ name, value: null }));
    return new WithCookies(stateOf(userActor(session), csrfTokenOf(session.token)), [
      ...cookiesOf(session),
      ...cleared,
    ]);
  }

  async function ask(context: Context, request: RequestFacts, user: UserRow, steps: SecondStep[]) {
    const target = { type: 'user', id: user.id, name: user.email };
    const token = await context.write(actions['begin-sign-in'], target, async (change) => {
      change.record({ origin: { address: request.address, userAgent: request.userAgent.slice(0, 300) } });
      return await askAnybody(change.sql, clock, 'second-factor', { userId: user.id, data: '' });
    });
    const state = { ...stateOf(context.actor, null), secondStep: steps };
    return new WithCookies({ ...state, user: null, csrfToken: null }, [
      challengeCookie(secondStepCookie, token),
    ]);
  }

  return {
    stateOf,
    open,
    async openOrAsk(context, request, user, { isProof = true, spent = [] } = {}) {
      const protection = await factors.protection(context.sql, user.id);
      if (protection.twoStepSince !== null) {
        const asked = await ask(context, request, user, stepsOf(protection, request));
        return new WithCookies(asked.output, [
          ...asked.cookies,
          ...spent.map((name) => ({ name, value: null })),
        ]);
      }
      const how = { ...request, deviceCookie: request.cookies[deviceCookieOf(user.email)], isProof };
      const make = ({ sql }: Change) => signIn.open(sql, user, how);
      const opened = await open(context, actions['sign-in'], request, user.email, make, spent);
      return new WithCookies({ ...opened.output, secondStep: null }, opened.cookies);
    },
  };
}

/** A person should hear of a sign-in that may not have been theirs. */
async function tellNewDevice(
  { sql }: Change,
  { id }: UserRow,
  { address, userAgent }: { address: string; userAgent: string },
  at: Date,
): Promise<void> {
  const { browser, system } = deviceWords(userAgent);
  const device = [browser, system].filter(Boolean).join(' on ') || 'an unknown browser';
  await postNotice(sql, {
    to: { userId: id },
    kind: 'account.new-device',
    level: 'warning',
    subject: `Somebody signed in to your account on a new device: ${device}`,
    detail: `From ${address}. If that was not you, end the session and change your password.`,
    href: '/account',
    at,
  });
}

function stepsOf(protection: Protection, { origin }: RequestFacts): SecondStep[] {
  const steps: SecondStep[] = ['totp'];
  if (protection.recoveryCodesLeft > 0) steps.push('recovery-code');
  if (protection.passkeys > 0 && siteOf(origin) !== null) steps.push('passkey');
  return steps;
}

function sessionState(
  judge: Judge,
  permissions: Permission[],
  actor: Actor,
  csrfToken: string | null,
): SessionState {
  const granted = permissions.filter((permission) => judge.can(actor, permission));
  if (actor.kind !== 'user') return { user: null, csrfToken: null, needsSetUp: false, permissions: granted };
  const { id, email, name, role } = actor;
  return { user: { id, email, name, role }, csrfToken, needsSetUp: false, permissions: granted };
}
