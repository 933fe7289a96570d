import type { Passkey as KeptPasskey, RegistrationAnswer } from '@nebula/auth';
import type { Context, RequestFacts } from '@nebula/runtime';
import { account, type Passkey } from './contract.ts';
import { ownAccount, ownTarget, passkeySite } from './identity.ts';
import type { AccountParts } from './parts.ts';
import { asOptions } from './signing-in.ts';
import { keepingAWayIn } from './ways-in.ts';

const { actions } = account;

/** The verbs of two-step sign-in and passkeys. */
export function createSecondSteps(parts: AccountParts) {
  const { factors, passkeys, people } = parts;
  return {
    async startTwoStep(context: Context) {
      const who = ownAccount(context.actor);
      const { email } = await people.byId(context.sql, who.userId);
      return await context.write(actions.ask, ownTarget(context.actor), ({ sql }) =>
        factors.start(sql, who, email),
      );
    },

    async confirmTwoStep(context: Context, code: string) {
      const who = ownAccount(context.actor);
      const recoveryCodes = await context.write(
        actions['turn-on-two-step'],
        ownTarget(context.actor),
        ({ sql }) => factors.confirm(sql, who, code),
      );
      return { recoveryCodes };
    },

    async turnOffTwoStep(context: Context): Promise<void> {
      const { userId } = ownAccount(context.actor);
      await context.write(actions['turn-off-two-step'], ownTarget(context.actor), ({ sql }) =>
        factors.turnOff(sql, userId),
      );
    },

    async renewRecoveryCodes(context: Context) {
      const { userId } = ownAccount(context.actor);
      const recoveryCodes = await context.write(
        actions['renew-recovery-codes'],
        ownTarget(context.actor),
        ({ sql }) => factors.renewCodes(sql, userId),
      );
      return { recoveryCodes };
    },

    async listPasskeys(context: Context): Promise<{ items: Passkey[] }> {
      const { userId } = ownAccount(context.actor);
      return { items: (await passkeys.list(context.sql, userId)).map(shownPasskey) };
    },

    async startPasskey(context: Context, request: RequestFacts) {
      const site = passkeySite(request);
      const who = ownAccount(context.actor);
      const user = await people.byId(context.sql, who.userId);
      const options = await context.write(actions.ask, ownTarget(context.actor), ({ sql }) =>
        passkeys.startRegistration(sql, who, user, site),
      );
      return { options: asOptions(options) };
    },

    async addPasskey(
      context: Context,
      { name, ...answer }: RegistrationAnswer & { name: string },
      request: RequestFacts,
    ): Promise<Passkey> {
      const site = passkeySite(request);
      const who = ownAccount(context.actor);
      return await context.write(actions['add-passkey'], ownTarget(context.actor), async (change) => {
        const made = await passkeys.register(change.sql, who, site, name, answer);
        change.record({ after: { passkey: made.name, host: made.host } });
        return shownPasskey(made);
      });
    },

    async renamePasskey(context: Context, id: string, name: string): Promise<Passkey> {
      const { userId } = ownAccount(context.actor);
      const target = { type: 'passkey', id, name };
      return await context.write(actions['rename-passkey'], target, async ({ sql }) =>
        shownPasskey(await passkeys.rename(sql, userId, id, name)),
      );
    },

    async removePasskey(context: Context, id: string): Promise<void> {
      const { userId } = ownAccount(context.actor);
      await context.write(actions['remove-passkey'], { type: 'passkey', id }, async (change) => {
        const { name } = await keepingAWayIn(parts, change.sql, userId, () =>
          passkeys.remove(change.sql, userId, id),
        );
        change.record({ target: { type: 'passkey', id, name } });
      });
    },
  };
}

/** A passkey as the contract has it. */
export function shownPasskey({ createdAt, lastUsedAt, ...passkey }: KeptPasskey): Passkey {
  return {
    ...passkey,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
