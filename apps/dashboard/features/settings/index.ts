import { join } from 'node:path';
import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { settings } from './contract.ts';
import { createSettings } from './service.ts';

export { type RunningSettings, readStoredTexts, runningSettings } from './running.ts';

export const settingsFeature = defineFeature<Resources, typeof settings>({
  contract: settings,
  migrations: [{ id: 'settings', dir: join(import.meta.dirname, 'migrations') }],
  setUp({ settings: running, vault, clock }) {
    const service = createSettings({ settings: running, vault, now: () => clock.now() });
    return {
      routes: {
        list: (context) => service.list(context),
        change: (context, { params, body }) =>
          service.change(context, params.variable, body.value, body.seen),
        reset: (context, { params, query }) => service.reset(context, params.variable, query.seen),
      },
    };
  },
});
