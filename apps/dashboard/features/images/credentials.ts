import type { Sql } from '@nebula/db';
import type { RegistryCredentials } from '@nebula/docker';
import type { Vault } from '@nebula/vault';
import { parseReference } from './reference.ts';
import type { Login } from './registry.ts';
import { credentialOf } from './store.ts';

/** The name under which the engine knows Docker's own registry. */
const hubAddress = 'https://index.docker.io/v1/';

/** The name under which a registry's password is sealed. */
export const sealName = (registry: string): string => `registry:${registry}`;

/** The login kept for a registry; null when there is none. */
export async function loginFor(sql: Sql, vault: Vault, registry: string): Promise<Login | null> {
  const row = await credentialOf(sql, registry);
  if (row === undefined) return null;
  return { username: row.username, password: vault.open(sealName(registry), row.password) };
}

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
