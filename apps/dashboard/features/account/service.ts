import {
  type Actor,
  type ApiKeys,
  type Authenticator,
  csrfTokenOf,
  type Judge,
  type SignedIn,
  type SignIn,
} from '@nebula/auth';
import { type Action, type Page, type Permission, pageWindow, type Role } from '@nebula/contract';
import type { Database, Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import { type Context, type RequestFacts, WithCookies } from '@nebula/runtime';
import { type ApiKey, account, type SessionState } from './contract.ts';
import { cookiesOf, deviceCookie, earlier, ownerOf, refuseWider, shownKey, userActor } from './identity.ts';

interface Deps {
  database: Database;
  signIn: SignIn;
  apiKeys: ApiKeys;
  authenticator: Authenticator;
  judge: Judge;
  /** Every permission there is. */
  permissions: Permission[];
  now(): Date;
}

const { actions } = account;

/** The verbs of accounts; see README. */
export function createAccount({ database, signIn, apiKeys, authenticator, judge, permissions, now }: Deps) {
  function stateOf(actor: Actor, csrfToken: string | null): SessionState {
    const granted = permissions.filter((permission) => judge.can(actor, permission));
    if (actor.kind !== 'user')
      return { user: null, csrfToken: null, needsSetUp: false, permissions: granted };
    const { id, email, name, role } = actor;
    return { user: { id, email, name, role }, csrfToken, needsSetUp: false, permissions: granted };
  }

  async function open(
    context: Context,
    action: Action,
    request: RequestFacts,
    email: string,
    make: (sql: Sql) => Promise<SignedIn>,
  ): Promise<WithCookies<SessionState>> {
    const origin = { address: request.address, userAgent: request.userAgent.slice(0, 300) };
    const session = await context.write(action, { type: 'account', id: email }, async (change) => {
      change.record({ origin });
      const made = await make(change.sql);
      change.record({
        actor: userActor(made),
        target: { type: 'user', id: made.user.id, name: made.user.email },
      });
      return made;
    });
    return new WithCookies(stateOf(userActor(session), csrfTokenOf(session.token)), cookiesOf(session));
  }

  return {
    async session(context: Context, sessionToken: string | null): Promise<SessionState> {
      const state = stateOf(context.actor, sessionToken === null ? null : csrfTokenOf(sessionToken));
      return { ...state, needsSetUp: state.user === null && (await signIn.needsSetUp(context.sql)) };
    },

    setUp(context: Context, input: SetUpInput, request: RequestFacts): Promise<WithCookies<SessionState>> {
      const { token, ...newAccount } = input;
      return open(context, actions['set-up'], request, newAccount.email, async (sql) => {
        const user = await signIn.setUp(sql, token, newAccount);
        return await signIn.open(sql, user, request);
      });
    },

    /** The proof comes before the transaction: it takes time, counts failures for good, and is open to everybody. */
    async signIn(
      context: Context,
      input: SignInInput,
      request: RequestFacts,
    ): Promise<WithCookies<SessionState>> {
      const { address, cookies } = request;
      const proof = { ...input, address, deviceCookie: cookies[deviceCookie] };
      const user = await signIn.prove(database, proof);
      return await open(context, actions['sign-in'], request, input.email, async (sql) => {
        if (user === null) throw new AppError('WRONG_CREDENTIALS', 'E-mail or password is not right.');
        return await signIn.open(sql, user, request);
      });
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

    async listKeys(context: Context, query: PageInput): Promise<Page<ApiKey>> {
      const rows = await apiKeys.list(
        context.sql,
        ownerOf(context.actor),
        query.cursor ?? null,
        query.limit + 1,
      );
      const { items, next } = pageWindow(rows, query.limit, (row) => row.id);
      return { items: items.map(shownKey), next };
    },

    async createKey(context: Context, input: NewKeyInput): Promise<{ key: ApiKey; token: string }> {
      const { name, role, scopes, expiresInDays } = input;
      refuseWider(context.actor, role, scopes);
      const expiresAt = earlier(
        expiresInDays === null ? null : new Date(now().getTime() + expiresInDays * 86_400_000),
        context.actor.kind === 'apiKey' ? context.actor.expiresAt : null,
      );
      const madeBy = context.actor.kind === 'apiKey' ? context.actor.id : null;
      const target = { type: 'api-key', id: 'new', name };
      return await context.write(actions['create-key'], target, async (change) => {
        const userId = ownerOf(context.actor);
        const { row, token } = await apiKeys.create(change.sql, {
          name,
          role,
          scopes,
          expiresAt,
          userId,
          madeBy,
        });
        const after = { role, scopes, expiresAt: expiresAt?.toISOString() ?? null };
        change.record({ target: { ...target, id: row.id }, after });
        return { key: shownKey(row), token };
      });
    },

    async revokeKey(context: Context, id: string): Promise<void> {
      await context.write(actions['revoke-key'], { type: 'api-key', id }, async (change) => {
        const by = context.actor.kind === 'apiKey' && context.actor.userId !== null ? context.actor.id : null;
        const row = await apiKeys.revoke(change.sql, id, ownerOf(context.actor), by);
        change.record({ target: { type: 'api-key', id, name: row.name } });
      });
      authenticator.forget();
    },
  };
}

interface SetUpInput {
  token: string;
  email: string;
  name: string;
  password: string;
}

interface SignInInput {
  email: string;
  password: string;
}

interface PageInput {
  limit: number;
  cursor?: string | undefined;
}

interface NewKeyInput {
  name: string;
  role: Role;
  scopes: string[];
  expiresInDays: number | null;
}
