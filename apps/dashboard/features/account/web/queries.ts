import { queryOptions } from '@tanstack/react-query';
import { api, pagesQuery } from '../../../web/feature.ts';
import type { ApiKey, Invitation, ListedUser, Session } from '../contract.ts';

/** Own API keys, newest first, page by page. */
export const keysQuery = pagesQuery<ApiKey>(['account', 'keys', 'own'], (cursor, signal) =>
  api.account.listKeys({ query: { cursor, limit: 50 }, signal }),
);

/** The API keys of everybody. */
export const everyKeyQuery = pagesQuery<ApiKey>(['account', 'keys', 'everybody'], (cursor, signal) =>
  api.account.listKeys({ query: { cursor, limit: 50, owner: 'everybody' }, signal }),
);

/** How the own account is protected. */
export const securityQuery = queryOptions({
  queryKey: ['account', 'security'],
  queryFn: ({ signal }) => api.account.security({ signal }),
});

/** Where the own account is signed in. */
export const sessionsQuery = pagesQuery<Session>(['account', 'sessions'], (cursor, signal) =>
  api.account.listSessions({ query: { cursor, limit: 20 }, signal }),
);

/** Everybody's accounts. */
export const usersQuery = pagesQuery<ListedUser>(['account', 'users'], (cursor, signal) =>
  api.account.listUsers({ query: { cursor, limit: 50 }, signal }),
);

/** Invitations that wait. */
export const invitationsQuery = pagesQuery<Invitation>(['account', 'invitations'], (cursor, signal) =>
  api.account.listInvitations({ query: { cursor, limit: 50 }, signal }),
);

/** How one can sign in here. */
export const waysQuery = queryOptions({
  queryKey: ['account', 'ways'],
  queryFn: ({ signal }) => api.account.signInWays({ signal }),
  staleTime: 300_000,
});
