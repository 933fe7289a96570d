import type { Invitation as KeptInvitation, UserChange, UserRow } from '@nebula/auth';
import { type Page, pageWindow, type Role } from '@nebula/contract';
import type { Context, RequestFacts } from '@nebula/runtime';
import { account, type Invitation, type ListedUser } from './contract.ts';
import type { AccountParts } from './parts.ts';

const { actions, events } = account;

interface PageInput {
  limit: number;
  cursor?: string | undefined;
}

/** The verbs of those who manage everybody's accounts. */
export function createEverybody({ authenticator, clock, factors, people }: AccountParts) {
  return {
    async list(context: Context, query: PageInput): Promise<Page<ListedUser>> {
      const rows = await people.list(context.sql, query.cursor ?? null, query.limit + 1);
      const { items, next } = pageWindow(rows, query.limit, ({ user }) => user.id);
      return {
        items: items.map(({ user, lastSeenAt, totp, passkeys }) =>
          shownUser(user, { lastSeenAt, hasTwoStep: (totp ?? 0) > 0, passkeys: passkeys ?? 0 }),
        ),
        next,
      };
    },

    async change(context: Context, id: string, wanted: UserChange): Promise<ListedUser> {
      const target = { type: 'user', id };
      const changed = await context.write(actions['change-user'], target, async (change) => {
        const { before, after, endedInvitations } = await people.change(change.sql, id, wanted);
        const ended = endedInvitations.length === 0 ? {} : { endedInvitations };
        change.record({
          target: { ...target, name: after.email },
          before: told(before),
          after: { ...told(after), ...ended },
        });
        change.emit(events['users-changed'], { userId: id });
        return after;
      });
      authenticator.forget();
      const { twoStepSince, passkeys } = await factors.protection(context.sql, id);
      const lastSeenAt = await people.lastSeen(context.sql, id);
      return shownUser(changed, { lastSeenAt, hasTwoStep: twoStepSince !== null, passkeys });
    },

    async remove(context: Context, id: string, email: string): Promise<void> {
      const target = { type: 'user', id };
      await context.write(actions['remove-user'], target, async (change) => {
        const removed = await people.remove(change.sql, id, email);
        change.record({ target: { ...target, name: removed.email }, before: told(removed) });
        change.emit(events['users-changed'], { userId: id });
      });
      authenticator.forget();
    },

    async invite(
      context: Context,
      input: { email: string; role: Role; expiresInDays: number },
      { origin }: RequestFacts,
    ): Promise<{ invitation: Invitation; url: string }> {
      const { email, role, expiresInDays } = input;
      const expiresAt = new Date(clock.now().getTime() + expiresInDays * 86_400_000);
      const createdBy = context.actor.kind === 'user' ? context.actor.id : null;
      const target = { type: 'invitation', id: 'new', name: email };
      return await context.write(actions.invite, target, async (change) => {
        const made = await people.invite(change.sql, { email, role, expiresAt, createdBy });
        const { invitation, token } = made;
        change.record({ target: { ...target, id: invitation.id }, after: { email, role } });
        change.emit(events['users-changed'], { userId: null });
        return { invitation: shownInvitation(invitation), url: `${origin}/invitation#${token}` };
      });
    },

    async listInvitations(context: Context, query: PageInput): Promise<Page<Invitation>> {
      const rows = await people.invitations(context.sql, query.cursor ?? null, query.limit + 1);
      const { items, next } = pageWindow(rows, query.limit, ({ id }) => id);
      return { items: items.map(shownInvitation), next };
    },

    async withdraw(context: Context, id: string): Promise<void> {
      const target = { type: 'invitation', id };
      await context.write(actions['withdraw-invitation'], target, async (change) => {
        const { email } = await people.withdraw(change.sql, id);
        change.record({ target: { ...target, name: email } });
        change.emit(events['users-changed'], { userId: null });
      });
    },
  };
}

function told({ email, name, role, disabledAt }: UserRow) {
  return { email, name, role, isDisabled: disabledAt !== null };
}

function shownUser(
  { id, email, name, role, version, disabledAt, createdAt }: UserRow,
  more: { lastSeenAt: Date | null; hasTwoStep: boolean; passkeys: number },
): ListedUser {
  return {
    ...{ id, email, name, role, version },
    isDisabled: disabledAt !== null,
    hasTwoStep: more.hasTwoStep,
    passkeys: more.passkeys,
    createdAt: createdAt.toISOString(),
    lastSeenAt: more.lastSeenAt?.toISOString() ?? null,
  };
}

function shownInvitation({ createdAt, expiresAt, ...invitation }: KeptInvitation): Invitation {
  return { ...invitation, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() };
}
