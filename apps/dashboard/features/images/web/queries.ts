import { api, eventTopic, pagesQuery } from '../../../web/feature.ts';
import type { ImageCheck, RegistryLogin } from '../contract.ts';

const keys = {
  all: ['images'] as const,
  checks: ['images', 'checks'] as const,
  logins: ['images', 'logins'] as const,
};

/** Checks by image, page by page. */
export const checksQuery = pagesQuery<ImageCheck>(keys.checks, (cursor, signal) =>
  api.images.checks({ query: { cursor, limit: 100 }, signal }),
);

/** Kept logins by registry. */
export const loginsQuery = pagesQuery<RegistryLogin>(keys.logins, (cursor, signal) =>
  api.images.logins({ query: { cursor, limit: 100 }, signal }),
);

/** Key of the logins, to be renewed after a change. */
export const loginsKey = keys.logins;

/** Images that were checked; what is loaded of them is loaded again. */
export const checkedTopic = eventTopic<{ images: string[] }>('images.checked', (_events, client) => {
  void client.invalidateQueries({ queryKey: keys.checks });
});
