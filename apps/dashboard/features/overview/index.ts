import { join } from 'node:path';
import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { overview } from './contract.ts';
import { createOverview } from './service.ts';

export const overviewFeature = defineFeature<Resources, typeof overview>({
  contract: overview,
  migrations: [{ id: 'overview', dir: join(import.meta.dirname, 'migrations') }],
  setUp({ clock, overviewParts }) {
    const service = createOverview({ parts: overviewParts, clock });
    return {
      routes: {
        get: (context) => service.get(context),
        layout: (context) => service.layout(context),
        changeLayout: (context, { body }) => service.changeLayout(context, body),
      },
    };
  },
});
