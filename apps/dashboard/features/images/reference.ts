/** An image's name in its parts. */
export interface Reference {
  /** `docker.io` for names without one. */
  registry: string;
  repository: string;
  tag: string;
  /** `sha256:…` of a name that is pinned; null otherwise. */
  digest: string | null;
}

const hub = 'docker.io';
const hubNames = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']);
const path = /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/;

/**
 * Reads an image's name as the engine does (github.com/distribution/reference); null for what is none, such as the bare id of
 * an image.
 */
export function parseReference(name: string): Reference | null {
  if (/^(?:sha256:)?[0-9a-f]{64}$/.test(name)) return null;
  const [rest = '', digest = null, ...more] = name.split('@');
  if (more.length > 0 || (digest !== null && !/^sha256:[0-9a-f]{64}$/.test(digest))) return null;
  const slash = rest.lastIndexOf('/');
  const colon = rest.indexOf(':', slash + 1);
  const tag = colon === -1 ? 'latest' : rest.slice(colon + 1);
  const full = colon === -1 ? rest : rest.slice(0, colon);
  const first = full.split('/')[0] ?? '';
  const isHost = full.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  const registry = isHost ? registryName(first) : hub;
  const own = isHost ? full.slice(first.length + 1) : full;
  const repository = registry === hub && !own.includes('/') ? `library/${own}` : own;
  if (!path.test(repository) || !/^\w[\w.-]{0,127}$/.test(tag)) return null;
  return { registry, repository, tag, digest };
}

/** The one name of a registry that has several. */
export function registryName(host: string): string {
  const lower = host.toLowerCase();
  return hubNames.has(lower) ? hub : lower;
}

/** Where a registry answers. Plain HTTP is for those on this machine, as with the engine. */
export function registryOrigin(registry: string): { origin: string; isOnThisMachine: boolean } {
  if (registry === hub) return { origin: 'https://registry-1.docker.io', isOnThisMachine: false };
  const isOnThisMachine = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/.test(registry);
  return { origin: `${isOnThisMachine ? 'http' : 'https'}://${registry}`, isOnThisMachine };
}
