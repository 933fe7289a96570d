import { queryOptions } from '@tanstack/react-query';
import { api, eventTopic, pagesQuery } from '../../../web/feature.ts';
import type { Run } from '../../jobs/contract.ts';
import type { LedName, RouterToken } from '../contract.ts';

const keys = {
  tokens: ['dyndns', 'tokens'] as const,
  names: ['dyndns', 'names'] as const,
  ddclient: ['dyndns', 'ddclient'] as const,
};

/** Tokens, newest first. */
export const tokensQuery = pagesQuery<RouterToken>(keys.tokens, (cursor, signal) =>
  api.dyndns.tokens({ query: { cursor, limit: 50 }, signal }),
);

/** Names that follow this machine. */
export const namesQuery = pagesQuery<LedName>(keys.names, (cursor, signal) =>
  api.dyndns.names({ query: { cursor, limit: 100 }, signal }),
);

/** How often it is looked whether ddclient still runs, which its machine tells nobody. */
const lookAgainMs = 10_000;

/** What ddclient does; looked at again while it runs beside us, until somebody has stopped it. */
export const ddclientQuery = queryOptions({
  queryKey: keys.ddclient,
  queryFn: ({ signal }) => api.dyndns.ddclient({ signal }),
  refetchInterval: ({ state: { data } }) => {
    const isBeside = data?.unit?.active === 'active' && data.entries.some(({ led }) => led.length > 0);
    return isBeside ? lookAgainMs : false;
  },
});

/** Everything of dynamic DNS. */
export const dyndnsKey = ['dyndns'] as const;

/** Runs of units: ddclient may be the one that was stopped. */
export const unitRunTopic = eventTopic<Run>('jobs.run-changed', (runs, client) => {
  if (runs.some(({ target }) => target.type === 'unit')) {
    void client.invalidateQueries({ queryKey: keys.ddclient });
  }
});

/** Tokens and names that changed, or came where they are wanted. */
export const changedTopic = eventTopic<{ id: string }>('dyndns.changed', (_events, client) => {
  void client.invalidateQueries({ queryKey: keys.tokens });
  void client.invalidateQueries({ queryKey: keys.names });
});
