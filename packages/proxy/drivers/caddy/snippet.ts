import { DriverError } from '@nebula/errors';
import type { ProxyAdmin } from '../../index.ts';
import { isObject, type Json, objectAt, objectsIn } from '../../json.ts';
import { hostsOf, serversOf } from './merge.ts';

/** A name that no site has; the snippet is translated as if it stood in it. */
const place = 'snippet.nebula.invalid';

/** Inner routes of a snippet, or what is wrong with it. */
export type SnippetReading = { ok: true; routes: Json[] } | { ok: false; problem: string };

/**
 * Translates directives for the inside of a site. What would reach beyond the site (another site, global options, its own
 * certificates or logs) is no snippet.
 */
export async function readSnippet(
  admin: ProxyAdmin,
  snippet: string,
  signal: AbortSignal,
): Promise<SnippetReading> {
  let adapted: Awaited<ReturnType<ProxyAdmin['adapt']>>;
  try {
    adapted = await admin.adapt(`http://${place} {\n${snippet}\n}\n`, signal);
  } catch (error) {
    if (error instanceof DriverError && error.kind === 'rejected')
      return { ok: false, problem: error.message };
    throw error;
  }
  if (adapted.outcome === 'invalid') return { ok: false, problem: inItsLines(adapted.message) };
  const { config } = adapted;
  const apps = isObject(config) ? objectAt(config, 'apps') : {};
  const servers = serversOf(config);
  const [only] = servers;
  const [route] = only?.routes ?? [];
  const isInside =
    isObject(config) &&
    Object.keys(config).every((key) => key === 'apps') &&
    Object.keys(apps).every((key) => key === 'http') &&
    servers.length <= 1 &&
    (only === undefined || Object.keys(only.server).every((key) => ['listen', 'routes'].includes(key))) &&
    (only?.routes.length ?? 0) <= 1 &&
    (route === undefined || hostsOf(route).join() === place);
  if (!isInside) {
    return {
      ok: false,
      problem: 'It reaches beyond this site: a snippet only says what happens with its requests.',
    };
  }
  const handle = objectsIn(route?.handle);
  return { ok: true, routes: handle.flatMap((handler) => objectsIn(handler.routes)) };
}

/** Caddy counts lines of the whole text; the person sees only their own. */
function inItsLines(message: string): string {
  return message
    .replace(/^adapting config using caddyfile(?: adapter)?: /, '')
    .replace(/\bCaddyfile:(\d+)/g, (_all, line: string) => `line ${Number(line) - 1}`);
}
