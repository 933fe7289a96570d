import { removeSpent } from '@nebula/auth';
import { permissionsOf } from '@nebula/contract';
import { defineChore } from '@nebula/jobs';
import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { account } from './contract.ts';
import { accountOverview } from './overview.ts';
import { createAccount } from './service.ts';

const dayMs = 86_400_000;

export const accountFeature = defineFeature<Resources, typeof account>({
  contract: account,
  setUp({ api, apiKeys, authenticator, clock, database, judge, signIn }) {
    const permissions = [...permissionsOf(api).keys()];
    const service = createAccount({
      ...{ database, signIn, apiKeys, authenticator, judge, permissions },
      now: () => clock.now(),
    });
    const clean = defineChore('account.remove-spent', async () => {
      await removeSpent(database.sql, new Date(clock.now().getTime() - 7 * dayMs));
    });
    return {
      overview: accountOverview(apiKeys, clock),
      routes: {
        session: (context, { request }) => service.session(context, request.sessionToken),
        setUp: (context, { body, request }) => service.setUp(context, body, request),
        signIn: (context, { body, request }) => service.signIn(context, body, request),
        signOut: (context) => service.signOut(context),
        listKeys: (context, { query }) => service.listKeys(context, query),
        createKey: (context, { body }) => service.createKey(context, body),
        revokeKey: (context, { params }) => service.revokeKey(context, params.id).then(() => undefined),
      },
      jobs: [clean],
      schedules: [{ job: clean, every: '1h' }],
    };
  },
});
