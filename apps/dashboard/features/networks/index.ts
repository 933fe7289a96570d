import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { networks } from './contract.ts';
import { networkRuns } from './runs.ts';
import { createNetworks } from './service.ts';

const hostId = 'local';

export const networksFeature = defineFeature<Resources, typeof networks>({
  contract: networks,
  runs: networkRuns,
  setUp({ docker, journal }) {
    const service = createNetworks({ docker, journal, hostId });
    return {
      routes: {
        list: (context, { query }) => service.list(context, query),
        get: (context, { params }) => service.get(context, params.id),
        create: (context, { body }) => service.create(context, body),
        remove: (context, { params, body }) => service.remove(context, params.id, body.name),
        connect: (context, { params, body }) => service.connect(context, params.id, body.container),
        disconnect: (context, { params, body }) => service.disconnect(context, params.id, body.container),
      },
    };
  },
});
