import { join } from 'node:path';
import { defineChore } from '@nebula/jobs';
import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { createProviders, dnsAccess } from '../dns/index.ts';
import { publicAddressOf } from '../domains/index.ts';
import { dyndns } from './contract.ts';
import { createTakeOver } from './take-over.ts';
import type { DyndnsParts } from './parts.ts';
import { createPush } from './push.ts';
import { createDyndns } from './service.ts';
import { namesKeptAt } from './store.ts';
import { createUpdate } from './update.ts';

export const dyndnsFeature = defineFeature<Resources, typeof dyndns>({
  contract: dyndns,
  migrations: [{ id: 'dyndns', dir: join(import.meta.dirname, 'migrations') }],
  setUp(resources) {
    const { callBroker, clock, database, journal, log, queue, systemContext, vault } = resources;
    const access = dnsAccess(resources);
    access.tellNames(namesKeptAt);
    const parts: DyndnsParts = {
      ...{ access, clock, database, journal, log, queue, systemContext },
      publicAddress: (family) => publicAddressOf(resources, family),
    };
    const push = createPush(parts);
    const service = createDyndns(parts, push.job);
    const update = createUpdate(parts, push.job);
    const providers = createProviders({ access, vault, clock });
    const ddclient = createTakeOver({ ...parts, callBroker, providers, names: service });
    const catchUp = defineChore('dyndns.catch-up', ({ signal }) => push.catchUp(signal));
    const follow = defineChore('dyndns.follow', ({ signal }) => service.followOwn(signal));
    return {
      routes: {
        update: (context, { query, request }, login) => update(context, query, request, login),
        tokens: (context, { query }) => service.tokens(context, query),
        makeToken: (context, { body }) => service.makeToken(context, body),
        revokeToken: (context, { params }) => service.revokeToken(context, params.id).then(() => undefined),
        names: (context, { query }) => service.names(context, query),
        addName: (context, { body }) => service.addName(context, body.name),
        removeName: (context, { params }) => service.removeName(context, params.id).then(() => undefined),
        ddclient: (context) => ddclient.report(context),
        takeOver: (context, { body }) => ddclient.takeOver(context, body),
      },
      jobs: [push.job, catchUp, follow],
      schedules: [
        { job: catchUp, every: '1m' },
        { job: follow, every: '5m' },
      ],
    };
  },
});
