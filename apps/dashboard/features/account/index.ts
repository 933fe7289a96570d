import { removeSpent } from '@nebula/auth';
import { permissionsOf } from '@nebula/contract';
import { defineChore } from '@nebula/jobs';
import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { account } from './contract.ts';
import { createEverybody } from './everybody.ts';
import { createKeys } from './keys.ts';
import { createOpening } from './opening.ts';
import { createOwnAccount } from './own-account.ts';
import { createSecondSteps } from './second-steps.ts';
import { createSigningIn } from './signing-in.ts';
import { createSingleSignOn } from './single-sign-on.ts';
import { accountOverview } from './overview.ts';

const dayMs = 86_400_000;

export const accountFeature = defineFeature<Resources, typeof account>({
  contract: account,
  setUp(resources) {
    const { api, clock, database } = resources;
    const parts = { ...resources, permissions: [...permissionsOf(api).keys()] };
    const opening = createOpening(parts);
    const entry = createSigningIn(parts, opening);
    const own = createOwnAccount(parts);
    const steps = createSecondSteps(parts);
    const keys = createKeys(parts);
    const everybody = createEverybody(parts);
    const single = createSingleSignOn(parts, opening);
    const clean = defineChore('account.remove-spent', async () => {
      await removeSpent(database.sql, new Date(clock.now().getTime() - 7 * dayMs));
    });
    return {
      overview: accountOverview(resources.apiKeys, clock),
      routes: {
        session: (context, { request }) => entry.session(context, request.sessionToken),
        setUp: (context, { body, request }) => entry.setUp(context, body, request),
        signInWays: (_, { request }) => entry.ways(request),
        signIn: (context, { body, request }) => entry.signIn(context, body, request),
        takeSecondStep: (context, { body, request }) => entry.takeSecondStep(context, body.code, request),
        startPasskeySignIn: (context, { request }) => entry.startPasskey(context, request),
        signInWithPasskey: (context, { body, request }) => entry.signInWithPasskey(context, body, request),
        startProvider: (context, { body, request }) => single.start(context, body, request),
        finishProvider: (context, { body, request }) => single.finish(context, body.query, request),
        viewInvitation: (context, { body }) => entry.viewInvitation(context, body.token),
        acceptInvitation: (context, { body, request }) => entry.acceptInvitation(context, body, request),
        viewReset: (context, { body }) => entry.viewReset(context, body.token),
        useReset: (context, { body, request }) =>
          entry.useReset(context, body, request).then(() => undefined),
        signOut: (context) => entry.signOut(context),
        security: (context, { request }) => own.security(context, request),
        proveAgain: (context, { body, request }) => own.proveAgain(context, body, request),
        startPasskeyProof: (context, { request }) => own.startPasskeyProof(context, request),
        proveWithPasskey: (context, { body, request }) => own.proveWithPasskey(context, body, request),
        changeProfile: (context, { body }) => own.changeProfile(context, body),
        changePassword: (context, { body, request }) =>
          own.changePassword(context, body, request).then(() => undefined),
        startTwoStep: (context) => steps.startTwoStep(context),
        confirmTwoStep: (context, { body }) => steps.confirmTwoStep(context, body.code),
        turnOffTwoStep: (context) => steps.turnOffTwoStep(context).then(() => undefined),
        renewRecoveryCodes: (context) => steps.renewRecoveryCodes(context),
        listPasskeys: (context) => steps.listPasskeys(context),
        startPasskey: (context, { request }) => steps.startPasskey(context, request),
        addPasskey: (context, { body, request }) => steps.addPasskey(context, body, request),
        renamePasskey: (context, { params, body }) => steps.renamePasskey(context, params.id, body.name),
        removePasskey: (context, { params }) => steps.removePasskey(context, params.id).then(() => undefined),
        unlinkProvider: (context) => own.unlinkProvider(context).then(() => undefined),
        listSessions: (context, { query }) => own.listSessions(context, query),
        endSession: (context, { params }) => own.endSession(context, params.id).then(() => undefined),
        endOtherSessions: (context) => own.endOtherSessions(context),
        listKeys: (context, { query }) => keys.list(context, query),
        createKey: (context, { body }) => keys.create(context, body),
        revokeKey: (context, { params }) => keys.revoke(context, params.id).then(() => undefined),
        listUsers: (context, { query }) => everybody.list(context, query),
        changeUser: (context, { params, body }) => everybody.change(context, params.id, body),
        removeUser: (context, { params, query }) =>
          everybody.remove(context, params.id, query.email).then(() => undefined),
        listInvitations: (context, { query }) => everybody.listInvitations(context, query),
        invite: (context, { body, request }) => everybody.invite(context, body, request),
        withdrawInvitation: (context, { params }) =>
          everybody.withdraw(context, params.id).then(() => undefined),
      },
      jobs: [clean],
      schedules: [{ job: clean, every: '1h' }],
    };
  },
});
