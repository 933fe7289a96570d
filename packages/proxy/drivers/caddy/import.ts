import { DriverError } from '@nebula/errors';
import type { ImportedSite, ProxyAdmin } from '../../index.ts';
import { type JsonObject, objectAt, objectsIn, textsIn } from '../../json.ts';
import type { RouteOptions, RouteTarget } from '../../route.ts';
import { innerRoutes, readHandlers } from './caddyfile.ts';
import { hostsOf, portsOf, serversOf } from './merge.ts';
import { type CaddyfileText, caddyfileText, type SiteDirective, type SiteText, turn } from './sites.ts';
import { readSnippet } from './snippet.ts';

/** A name that no site has; single directives are translated as if they stood in it. */
const place = 'import.nebula.invalid';
/** What says nothing about requests, so that a snippet cannot hold it. */
const beyond = new Set(['log', 'tls', 'bind']);

/**
 * Reads the sites of a Caddyfile as routes. What has no typed form is kept as a snippet where the adapter takes it as one; a
 * site of which that cannot be is left to its owner.
 *
 * @throws {DriverError} `rejected` with the adapter's reason
 */
export async function readCaddyfile(
  admin: ProxyAdmin,
  caddyfile: string,
  signal: AbortSignal,
): Promise<ImportedSite[]> {
  const adapted = await admin.adapt(caddyfile, signal);
  if (adapted.outcome === 'invalid') throw new DriverError('rejected', adapted.message);
  const text = await caddyfileText(caddyfile);
  const { globals } = text;
  const textOf = siteFinder(text.sites);
  const found: ImportedSite[] =
    globals.length === 0
      ? []
      : [{ kind: 'left', hosts: [], line: null, comment: '', why: 'global', detail: globals.join(', ') }];
  const { httpPort, httpsPort } = portsOf(adapted.config);
  let count = 0;
  for (const { server, routes } of serversOf(adapted.config)) {
    const listens = textsIn(server.listen);
    const isHttpOnly = listens.every((address) => address.endsWith(`:${httpPort}`));
    const isUsual = isHttpOnly || listens.some((address) => address.endsWith(`:${httpsPort}`));
    for (const route of routes) {
      count += 1;
      if (count % 200 === 0) await turn();
      const site = textOf(hostsOf(route), isHttpOnly);
      const about = { hosts: hostsOf(route), line: site?.line ?? null, comment: site?.comment ?? '' };
      found.push(
        isUsual
          ? await readSite(route, { ...about, isHttpOnly }, site, { admin, text, signal })
          : { kind: 'left', ...about, why: 'other-port', detail: listens.join(', ') },
      );
    }
  }
  return found;
}

interface Ground {
  admin: ProxyAdmin;
  text: CaddyfileText;
  signal: AbortSignal;
}

async function readSite(
  route: JsonObject,
  { isHttpOnly, ...about }: Pick<ImportedSite, 'hosts' | 'line' | 'comment'> & { isHttpOnly: boolean },
  site: SiteText | null,
  ground: Ground,
): Promise<ImportedSite> {
  if (about.hosts.length === 0) return { kind: 'left', ...about, why: 'every-name', detail: '' };
  if (objectsIn(route.match).some((matcher) => Object.keys(matcher).some((key) => key !== 'host'))) {
    return { kind: 'left', ...about, why: 'more-than-names', detail: '' };
  }
  const lost = (site?.directives ?? []).filter(({ name }) => beyond.has(name));
  const told = { isHttpOnly, lost: [...new Set(lost.map(({ name }) => name))] };
  const reading = readHandlers(innerRoutes(route));
  const { target, options } = reading;
  if (target !== null && isTyped(options))
    return { kind: 'route', ...about, ...told, target, options, kept: [] };
  const split = site === null ? null : await splitSite(site, ground);
  if (split === null || split.target === null) {
    return { kind: 'left', ...about, why: 'nowhere', detail: untyped(route).join(', ') };
  }
  const kept = [...new Set(split.kept.map(({ name }) => name).filter((name) => !name.startsWith('@')))];
  const reader = await readSnippet(ground.admin, split.snippet, ground.signal);
  if (!reader.ok) {
    return { kind: 'left', ...about, why: 'snippet', detail: `${kept.join(', ')}: ${reader.problem}` };
  }
  const withSnippet: RouteOptions = { ...split.options, snippet: split.snippet };
  return { kind: 'route', ...about, ...told, target: split.target, options: withSnippet, kept };
}

/** Parts a site into what has a typed form and what has not. */
async function splitSite(
  site: SiteText,
  { admin, text, signal }: Ground,
): Promise<{
  target: RouteTarget | null;
  options: RouteOptions;
  snippet: string;
  kept: SiteDirective[];
} | null> {
  const all = expanded(site.directives, text.snippets, 0).filter(({ name }) => !beyond.has(name));
  const matchers = all.filter(({ name }) => name.startsWith('@'));
  const adapt = async (directives: readonly SiteDirective[]) => {
    const body = [...matchers, ...directives].map((directive) => directive.text).join('\n');
    const adapted = await admin.adapt(`${text.prelude}\nhttp://${place} {\n${body}\n}\n`, signal);
    if (adapted.outcome === 'invalid') return null;
    const [route] = serversOf(adapted.config).flatMap(({ routes }) => routes);
    return readHandlers(route === undefined ? [] : innerRoutes(route));
  };
  const typed: SiteDirective[] = [];
  const kept: SiteDirective[] = [];
  for (const directive of all) {
    if (directive.name.startsWith('@')) continue;
    const reading = await adapt([directive]);
    (reading !== null && isTyped(reading.options) ? typed : kept).push(directive);
  }
  const reading = await adapt(typed);
  if (reading === null || !isTyped(reading.options)) return null;
  const own = kept.some((directive) => /(^|\s)@/.test(directive.text)) ? [...matchers, ...kept] : kept;
  return { ...reading, snippet: own.map((directive) => directive.text).join('\n'), kept };
}

/** Directives with what they import in their place; one with arguments stays as it is. */
function expanded(
  directives: readonly SiteDirective[],
  snippets: CaddyfileText['snippets'],
  depth: number,
): SiteDirective[] {
  return directives.flatMap((directive) => {
    const [name = '', ...args] = directive.words;
    const own = directive.name === 'import' && args.length === 0 ? snippets.get(name) : undefined;
    return own === undefined || depth > 5 ? [directive] : expanded(own, snippets, depth + 1);
  });
}

/** Whether all of it has a form that a person can change. */
function isTyped({ extra }: RouteOptions): boolean {
  return extra.length === 0;
}

/** What of a route has no form here, in the proxy's words. */
function untyped(route: JsonObject): string[] {
  const handlers = innerRoutes(route).flatMap((inner) => objectsIn(inner.handle));
  const known = new Set(['handler', 'upstreams', 'headers', 'transport', 'flush_interval', 'load_balancing']);
  return handlers.flatMap((handler) => {
    const name = typeof handler.handler === 'string' ? handler.handler : '';
    if (name !== 'reverse_proxy') return name === 'subroute' || name === 'vars' ? [] : [name];
    const others = Object.keys(handler).filter((key) => !known.has(key));
    const transport = Object.keys(objectAt(handler, 'transport')).filter((key) => !knownOfTransport.has(key));
    return [...others, ...transport].map((key) => `reverse_proxy ${key}`);
  });
}

const knownOfTransport = new Set(['protocol', 'read_timeout', 'write_timeout', 'tls']);

/** Finds the text of a site by the names that it answers to. */
function siteFinder(
  sites: readonly SiteText[],
): (hosts: readonly string[], isHttpOnly: boolean) => SiteText | null {
  const byHost = new Map<string, SiteText[]>();
  for (const site of sites) {
    for (const address of site.addresses) {
      const key = `${/^http:\/\/|:80$/.test(address)} ${hostIn(address)}`;
      byHost.set(key, [...(byHost.get(key) ?? []), site]);
    }
  }
  // One name may have a site of its own for each port or path; those are not told apart.
  return (hosts, isHttpOnly) => {
    const found = new Set(hosts.flatMap((host) => byHost.get(`${isHttpOnly} ${host}`) ?? []));
    const [only] = found;
    return found.size === 1 && only !== undefined ? only : null;
  };
}

function hostIn(address: string): string {
  return (address.replace(/^https?:\/\//, '').split('/')[0] ?? '').replace(/:\d+$/, '').toLowerCase();
}
