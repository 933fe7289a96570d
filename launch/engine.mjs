import { statSync } from 'node:fs';

/**
 * Finds the Docker engine's socket. A missing one is no error: Docker may be installed later.
 * @param {{ flag: string | undefined, env: NodeJS.ProcessEnv, isRoot: boolean }} asked
 * @returns {{ socket: string, note: string | undefined }} `note`: a sentence for the person
 */
export function findEngine(asked) {
  if (asked.flag !== undefined) return { socket: asked.flag, note: undefined };
  const host = asked.env.DOCKER_HOST;
  const usual = '/var/run/docker.sock';
  if (host?.startsWith('unix:///')) return { socket: host.slice('unix://'.length), note: undefined };
  const note = host
    ? `DOCKER_HOST=${host} is not a unix socket and is not used; add that machine as a host later.`
    : undefined;
  const session = asked.env.XDG_RUNTIME_DIR;
  const rootless = session?.startsWith('/') ? `${session}/docker.sock` : undefined;
  if (!asked.isRoot && rootless !== undefined && !isSocket(usual) && isSocket(rootless)) {
    return { socket: rootless, note };
  }
  return { socket: usual, note };
}

/** @param {string} path */
function isSocket(path) {
  try {
    return statSync(path).isSocket();
  } catch {
    // Not there, or behind a directory we may not enter: either way it is of no use to us.
    return false;
  }
}
