import { appOf, composeOf, type ContainerHoldings } from '@nebula/docker';
import { defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { asking } from '../images/index.ts';
import { type App, apps } from './contract.ts';

const hostId = 'local';

export const appsFeature = defineFeature<Resources, typeof apps>({
  contract: apps,
  setUp({ docker }) {
    return {
      routes: {
        list: async (context, { query }) => {
          const items = appsOf(await asking(() => docker.holdings(context.signal)));
          return { items: items.filter(({ app }) => query.app === undefined || app === query.app) };
        },
      },
    };
  },
});

function appsOf(holdings: readonly ContainerHoldings[]): App[] {
  const named = holdings.map((holding) => {
    const compose = composeOf(holding.labels);
    return { holding, project: compose.project, app: appOf({ name: holding.name, ...compose }) };
  });
  return [...Map.groupBy(named, ({ app }) => app)]
    .map(([app, members]) => ({
      ...{ app, hostId, project: members[0]?.project ?? null },
      containers: members
        .map(({ holding: { id, name, state, image } }) => ({ id, name, state, image }))
        .sort((one, other) => (one.name < other.name ? -1 : 1)),
    }))
    .sort((one, other) => (one.app < other.app ? -1 : 1));
}
