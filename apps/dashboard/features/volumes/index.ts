import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { volumes } from './contract.ts';
import { volumeRuns } from './runs.ts';
import { createVolumes } from './service.ts';
import { createSizes } from './sizes.ts';

const hostId = 'local';

export const volumesFeature = defineFeature<Resources, typeof volumes>({
  contract: volumes,
  runs: volumeRuns,
  setUp({ clock, docker, journal }) {
    const service = createVolumes({ docker, journal, sizes: createSizes({ docker, clock }), hostId });
    return {
      routes: {
        list: (context, { query }) => service.list(context, query),
        get: (context, { params }) => service.get(context, params.name),
        sizes: (_context, { query }) => service.sizes(query.isFresh),
        create: (context, { body }) => service.create(context, body),
        remove: (context, { params, body }) => service.remove(context, params.name, body.name),
      },
    };
  },
});
