import { queryOptions } from '@tanstack/react-query';
import { api, eventTopic, pagesQuery } from '../../../web/feature.ts';
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

/** What ddclient does. */
export const ddclientQuery = queryOptions({
  queryKey: keys.ddclient,
  queryFn: ({ signal }) => api.dyndns.ddclient({ signal }),
});

/** Everything of dynamic DNS. */
export const dyndnsKey = ['dyndns'] as const;

/** Tokens and names that changed, or came where they are wanted. */
export const changedTopic = eventTopic<{ id: string }>('dyndns.changed', (_events, client) => {
  void client.invalidateQueries({ queryKey: keys.tokens });
  void client.invalidateQueries({ queryKey: keys.names });
});
