import { join } from 'node:path';
import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { tour } from './contract.ts';
import { createTour } from './service.ts';

export const tourFeature = defineFeature<Resources, typeof tour>({
  contract: tour,
  migrations: [{ id: 'tour', dir: join(import.meta.dirname, 'migrations'), after: ['auth'] }],
  setUp({ clock }) {
    const service = createTour({ clock });
    return { routes: { get: (context) => service.get(context), end: (context) => service.end(context) } };
  },
});
