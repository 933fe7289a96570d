import { api, pagesQuery } from '../../../web/feature.ts';
import type { ApiKey } from '../contract.ts';

/** Own API keys, newest first, page by page. */
export const keysQuery = pagesQuery<ApiKey>(['account', 'keys'], (cursor, signal) =>
  api.account.listKeys({ query: { cursor, limit: 50 }, signal }),
);
