import { openApi } from '@nebula/contract/openapi';
import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { about } from './contract.ts';

export const aboutFeature = defineFeature<Resources, typeof about>({
  contract: about,
  setUp({ api, version }) {
    let document: Record<string, unknown> | null = null;
    return {
      routes: {
        health: async () => ({ ok: true as const }),
        openapi: async () => {
          document ??= { ...openApi(api, { title: 'NebulaCommand', version }) };
          return document;
        },
      },
    };
  },
});
