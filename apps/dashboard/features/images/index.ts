import { join } from 'node:path';
import type { Sql } from '@nebula/db';
import type { RegistryCredentials } from '@nebula/docker';
import { DriverError } from '@nebula/errors';
import { defineChore, defineJob } from '@nebula/jobs';
import { defineFeature } from '@nebula/runtime';
import type { Vault } from '@nebula/vault';
import { z } from 'zod';
import type { Resources } from '../../resources.ts';
import { checkImages } from './check.ts';
import { ImageReference, images } from './contract.ts';
import { parseReference } from './reference.ts';
import { type Asked, createRegistry } from './registry.ts';
import { createImages, loginFor } from './service.ts';

export { checkStates } from './store.ts';

const hostId = 'local';
/** The name under which the engine knows Docker's own registry. */
const hubAddress = 'https://index.docker.io/v1/';
const Payload = z.object({ image: ImageReference.nullable() });

/** What the engine needs to fetch an image from a registry whose login is kept; undefined when none is. */
export async function credentialsFor(
  sql: Sql,
  vault: Vault,
  image: string,
): Promise<RegistryCredentials | undefined> {
  const registry = parseReference(image)?.registry;
  const login = registry === undefined ? null : await loginFor(sql, vault, registry);
  if (registry === undefined || login === null) return undefined;
  return { registry: registry === 'docker.io' ? hubAddress : registry, ...login };
}

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
  setUp({ clock, database, docker, log, outbound, vault, imageCheckHours }) {
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
    return {
      routes: {
        checks: (context, { query }) => service.checks(context, query),
        check: (context, { body }) => service.check(context, body.image).then(() => undefined),
        logins: (context, { query }) => service.logins(context, query),
        saveLogin: (context, { body }) => service.saveLogin(context, body),
        removeLogin: (context, { params }) => service.removeLogin(context, params.id).then(() => undefined),
      },
      jobs: [checkNow, checkAll],
      schedules: imageCheckHours === 0 ? [] : [{ job: checkAll, every: `${imageCheckHours}h` }],
    };
  },
});
