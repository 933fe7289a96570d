import { join } from 'node:path';
import { AppError, DriverError } from '@nebula/errors';
import { defineChore, defineJob } from '@nebula/jobs';
import { defineFeature } from '@nebula/runtime';
import { z } from 'zod';
import type { Resources } from '../../resources.ts';
import { checkImages } from './check.ts';
import { ImageReference, images } from './contract.ts';
import { loginFor } from './credentials.ts';
import { imagesOverview } from './overview.ts';
import { createLocalImages } from './local-service.ts';
import { type Asked, createRegistry } from './registry.ts';
import { imageRuns } from './runs.ts';
import { createImages } from './service.ts';
import { parseReference } from './reference.ts';

export { credentialsFor } from './credentials.ts';
export { holderOf, holdersBy, namesOf } from './holders.ts';
export { asking } from './local-service.ts';
export { checkStates } from './store.ts';

const hostId = 'local';
const Payload = z.object({ image: ImageReference.nullable() });

/** Asks the registry of an image, with the login that is kept, whether it is there; null for a name that no registry has. */
export function imageSeeker({
  outbound,
  clock,
  database,
  vault,
}: Pick<Resources, 'outbound' | 'clock' | 'database' | 'vault'>): (
  image: string,
  signal: AbortSignal,
) => Promise<Asked | null> {
  const registry = createRegistry({ outbound, clock });
  return async (image, signal) => {
    const reference = parseReference(image);
    if (reference === null) return null;
    const login = await loginFor(database.sql, vault, reference.registry);
    return await registry.digestOf({ ...reference, tag: reference.digest ?? reference.tag }, login, signal);
  };
}

export const imagesFeature = defineFeature<Resources, typeof images>({
  contract: images,
  migrations: [{ id: 'images', dir: join(import.meta.dirname, 'migrations') }],
  runs: imageRuns,
  setUp({ clock, database, docker, journal, log, outbound, vault, imageCheckHours }) {
    const registry = createRegistry({ outbound, clock });
    const parts = {
      ...{ docker, registry, database, clock, log, hostId },
      loginFor: (name: string) => loginFor(database.sql, vault, name),
    };
    const checkNow = defineJob({
      name: 'images.check-now',
      parse: (payload) => Payload.parse(payload),
      timeout: '30m',
      maxAttempts: 3,
      run: async ({ signal }, { image }) => void (await checkImages(parts, { image }, signal)),
    });
    const checkAll = defineChore(
      'images.check-all',
      async ({ signal, log: own }) => {
        try {
          await checkImages(parts, { image: null }, signal);
        } catch (error) {
          // Without an engine there are no images; the next turn looks again.
          if (!(error instanceof DriverError) || error.kind !== 'unavailable') throw error;
          own.info({ reason: error.message }, 'images were not checked');
        }
      },
      { timeout: '1h', maxAttempts: 1 },
    );
    const service = createImages({ registry, vault, clock, checkNow });
    const local = createLocalImages({ docker, journal, hostId });
    const count = defineChore('images.count-unused', async ({ signal, log: own }) => {
      try {
        await local.look({ sql: database.sql, signal });
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'UNAVAILABLE') throw error;
        own.info({ reason: error.message }, 'unused images were not counted');
      }
    });
    return {
      routes: {
        list: (context, { query }) => local.list(context, query),
        get: (context, { params }) => local.get(context, params.id),
        pull: (context, { body }) => local.pull(context, body.image),
        tag: (context, { params, body }) => local.tag(context, params.id, body.name),
        remove: (context, { params, body }) => local.remove(context, params.id, body.name),
        removeUnused: (context, { body }) => local.removeUnused(context, body.ids),
        checks: (context, { query }) => service.checks(context, query),
        check: (context, { body }) => service.check(context, body.image).then(() => undefined),
        logins: (context, { query }) => service.logins(context, query),
        saveLogin: (context, { body }) => service.saveLogin(context, body),
        removeLogin: (context, { params }) => service.removeLogin(context, params.id).then(() => undefined),
      },
      jobs: [checkNow, checkAll, count],
      schedules: [
        { job: count, every: '12h' },
        ...(imageCheckHours === 0 ? [] : [{ job: checkAll, every: `${imageCheckHours}h` } as const]),
      ],
      overview: imagesOverview(local.lastTotals),
    };
  },
});
