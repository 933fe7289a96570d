import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { terminal } from './contract.ts';
import { createTerminals } from './service.ts';

export const terminalFeature = defineFeature<Resources, typeof terminal>({
  contract: terminal,
  setUp({ clock, docker, terminalIdleMinutes }) {
    const service = createTerminals({ docker, clock, idleMinutes: terminalIdleMinutes });
    return {
      routes: {
        open: (context, { body }) => service.open(context, body),
        attach: (context, { params }, socket) => service.attach(context, params.id, socket),
      },
    };
  },
});
