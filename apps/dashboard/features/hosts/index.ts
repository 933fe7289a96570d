import { join } from 'node:path';
import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { hosts } from './contract.ts';
import { createHosts } from './service.ts';

export const hostsFeature = defineFeature<Resources, typeof hosts>({
  contract: hosts,
  migrations: [{ id: 'hosts', dir: join(import.meta.dirname, 'migrations') }],
  setUp({ host }) {
    const service = createHosts({ local: host });
    return {
      routes: {
        list: (context, { query }) => service.list(context, query),
        get: (context, { params }) => service.get(context, params.id),
      },
    };
  },
});
