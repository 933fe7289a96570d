import { AppError } from '@nebula/errors';
import type { FastifyRequest } from 'fastify';

/** Which names and origins the server answers to. */
export interface GuardSettings {
  /** Host names (without port) under which people reach us, in lower case. */
  allowedHosts: ReadonlySet<string>;
  /** Further origins that may call, such as the address behind a proxy with another name. */
  allowedOrigins: ReadonlySet<string>;
}

/**
 * Refuses a request whose Host is not ours (DNS rebinding) or whose Origin is another site's, before anything else looks at
 * it. Holds for pages, API, live stream and socket upgrades alike. Throws WRONG_HOST or WRONG_ORIGIN.
 */
export function checkHostAndOrigin(request: FastifyRequest, settings: GuardSettings): void {
  if (request.raw.rawHeaders.filter((name, n) => n % 2 === 0 && name.toLowerCase() === 'host').length > 1) {
    throw new AppError('BAD_INPUT', 'A request names one Host.');
  }
  const host = request.headers.host ?? '';
  if (!settings.allowedHosts.has(nameOf(host))) {
    throw new AppError(
      'WRONG_HOST',
      'This address is not one that NebulaCommand answers to; see the setting NEBULA_ALLOWED_HOSTS.',
    );
  }
  const { origin } = request.headers;
  if (origin === undefined) {
    const site = request.headers['sec-fetch-site'];
    const isSafe = request.method === 'GET' || request.method === 'HEAD';
    if (!isSafe && (site === 'cross-site' || site === 'same-site')) throw wrongOrigin();
    return;
  }
  const own = `${request.protocol}://${host}`.toLowerCase();
  if (origin.toLowerCase() !== own && !settings.allowedOrigins.has(origin.toLowerCase())) throw wrongOrigin();
}

/** The host name of a Host header without its port, in lower case; IPv6 in brackets stays in brackets. */
export function nameOf(host: string): string {
  const match = /^(\[[0-9a-f:.]+\]|[^:/\\@\s]+)(?::\d{1,5})?$/i.exec(host);
  return match?.[1]?.toLowerCase().replace(/\.$/, '') ?? '';
}

function wrongOrigin(): AppError {
  return new AppError('WRONG_ORIGIN', 'This request came from another site and was refused.');
}
