import { isObject, type Json, type JsonObject, objectAt, objectsIn, textsIn } from '../../json.ts';
import { isRouteHost } from '../../route.ts';
import { routeIdOf } from './render.ts';

/** Our server of plain HTTP, which is there only while it has something to answer. */
const plainServer = 'nebula-http';
/** Mark of the policy for names beside our wildcards, which is no route's. */
export const besideMark = 'nebula-beside-tls';
/** Soon enough for a person who waits, and long enough that what was just renewed is not renewed again before we notice. */
const renewingInterval = '10s';

/** Our part of the proxy's configuration, rendered. */
export interface OurPart {
  routes: JsonObject[];
  /** Routes over plain HTTP. */
  answers: JsonObject[];
  policies: JsonObject[];
  certificates: JsonObject[];
  /** Whether certificates are looked at often for a while, so that a renewal begins soon. */
  isRenewing: boolean;
}

/** Ports as the configuration says, or as Caddy has them by itself. */
export function portsOf(config: Json): { httpPort: number; httpsPort: number } {
  const http = httpOf(config);
  return {
    httpPort: typeof http.http_port === 'number' ? http.http_port : 80,
    httpsPort: typeof http.https_port === 'number' ? http.https_port : 443,
  };
}

/** Every server of the configuration with its routes. */
export function serversOf(config: Json): { name: string; server: JsonObject; routes: JsonObject[] }[] {
  return Object.entries(objectAt(httpOf(config), 'servers')).flatMap(([name, server]) =>
    isObject(server) ? [{ name, server, routes: objectsIn(server.routes) }] : [],
  );
}

/** Every policy for certificates, of whomever. */
export function policiesIn(config: Json): JsonObject[] {
  return objectsIn(objectAt(tlsOf(config), 'automation').policies);
}

/** Every certificate that is given as a text, of whomever. */
export function pemsIn(config: Json): JsonObject[] {
  return objectsIn(objectAt(tlsOf(config), 'certificates').load_pem);
}

/** Host names that a route answers to; empty when it takes every name. */
export function hostsOf(route: JsonObject): string[] {
  return objectsIn(route.match).flatMap((matcher) => textsIn(matcher.host));
}

/**
 * The configuration with our part replaced and everything else as it was. Our routes for whole names come first, those for
 * wildcards after the others' routes for whole names, so that neither takes a name from the other.
 */
export function merge(config: Json, ours: OurPart): JsonObject {
  const base = isObject(config) ? config : {};
  const apps = objectAt(base, 'apps');
  const merged: JsonObject = { ...base, apps: { ...apps, http: mergeHttp(config, ours) } };
  const served = serversOf(merged).flatMap(({ routes }) => routes.flatMap(hostsOf));
  const tls = mergeTls(objectAt(apps, 'tls'), ours, served);
  if (apps.tls !== undefined || Object.keys(tls).length > 0) Object.assign(objectAt(merged, 'apps'), { tls });
  return merged;
}

function mergeHttp(config: Json, { routes: ours, answers }: OurPart): JsonObject {
  const http = httpOf(config);
  const { httpPort, httpsPort } = portsOf(config);
  const servers: JsonObject = { ...objectAt(http, 'servers') };
  const present = serversOf(config);
  const listening = (port: number) =>
    present.find(({ server }) => textsIn(server.listen).some((address) => listensOn(address, port)))?.name;
  const main = listening(httpsPort) ?? 'nebula';
  // Beside a server of plain HTTP that is there already none could listen.
  const plain = listening(httpPort) ?? plainServer;
  if (servers[main] === undefined && ours.length > 0)
    servers[main] = { listen: [`:${httpsPort}`], routes: [] };
  if (servers[plain] === undefined && answers.length > 0)
    servers[plain] = { listen: [`:${httpPort}`], routes: [] };
  for (const [name, server] of Object.entries(servers)) {
    if (!isObject(server)) continue;
    const others = objectsIn(server.routes).filter((route) => routeIdOf(route['@id']) === null);
    const withAnswers = name === plain ? [...answers, ...others] : others;
    const routes = name === main ? inOrder(ours, withAnswers) : withAnswers;
    const isOurs = name === 'nebula' || name === plainServer;
    if (routes.length === 0 && isOurs) delete servers[name];
    else if (server.routes !== undefined || routes.length > 0) servers[name] = { ...server, routes };
  }
  return { ...http, ...(Object.keys(servers).length > 0 || http.servers !== undefined ? { servers } : {}) };
}

function inOrder(ours: JsonObject[], others: JsonObject[]): JsonObject[] {
  const isWhole = (route: JsonObject) => {
    const hosts = hostsOf(route);
    return hosts.length > 0 && hosts.every((host) => !host.includes('*'));
  };
  const firstWide = others.findIndex((route) => !isWhole(route));
  const split = firstWide === -1 ? others.length : firstWide;
  return [
    ...ours.filter(isWhole),
    ...others.slice(0, split),
    ...ours.filter((route) => !isWhole(route)),
    ...others.slice(split),
  ];
}

function mergeTls(tls: JsonObject, ours: OurPart, served: readonly string[]): JsonObject {
  const merged: JsonObject = { ...tls };
  const automation = objectAt(tls, 'automation');
  const others = objectsIn(automation.policies).filter((policy) => routeIdOf(policy['@id']) === null);
  const policies = policiesInOrder(ours.policies, others, served);
  const { renew_interval: _interval, policies: _policies, ...kept } = automation;
  const nextAutomation: JsonObject = {
    ...kept,
    ...(policies.length > 0 ? { policies } : {}),
    ...(ours.isRenewing ? { renew_interval: renewingInterval } : ownInterval(automation)),
  };
  setUnlessEmpty(merged, 'automation', nextAutomation);
  const certificates = objectAt(tls, 'certificates');
  const otherPem = objectsIn(certificates.load_pem).filter(({ tags }) =>
    textsIn(tags).every((tag) => routeIdOf(tag) === null),
  );
  const { load_pem: _pem, ...keptCertificates } = certificates;
  const loadPem = [...otherPem, ...ours.certificates];
  setUnlessEmpty(merged, 'certificates', {
    ...keptCertificates,
    ...(loadPem.length > 0 ? { load_pem: loadPem } : {}),
  });
  return merged;
}

/**
 * Caddy takes the first policy that fits a name: one of ours for a wildcard, which has another authority, comes after those for
 * whole names, and names that are served and have none of their own get one that leaves them as they were.
 */
function policiesInOrder(
  ours: readonly JsonObject[],
  others: JsonObject[],
  served: readonly string[],
): JsonObject[] {
  const whole = ours.filter((policy) => !isWide(policy)).map((policy) => withIssuers(policy, others));
  const wide = ours.filter(isWide).map((policy) => withIssuers(policy, others));
  const firstWide = others.findIndex(isWide);
  const split = firstWide === -1 || wide.length === 0 ? others.length : firstWide;
  const before = [...whole, ...others.slice(0, split)];
  const named = new Set(before.flatMap(({ subjects }) => textsIn(subjects)));
  const wildcards = wide.flatMap(({ subjects }) => textsIn(subjects));
  const beside = [...new Set(served)]
    .filter((host) => !named.has(host) && wildcards.includes(`*${host.slice(host.indexOf('.'))}`))
    .filter((host) => !host.includes('*') && isRouteHost(host))
    .toSorted();
  const left = beside.length === 0 ? [] : [withIssuers({ '@id': besideMark, subjects: beside }, others)];
  return [...before, ...left, ...wide, ...others.slice(split)];
}

function isWide({ subjects }: JsonObject): boolean {
  const names = textsIn(subjects);
  return names.length === 0 || names.some((name) => name.includes('*'));
}

/** A policy of ours that leaves the issuers to the proxy has those that its owner chose. */
function withIssuers(policy: JsonObject, others: JsonObject[]): JsonObject {
  if (policy.issuers !== undefined) return policy;
  const issuers = others.find(({ subjects }) => textsIn(subjects).length === 0)?.issuers;
  return issuers === undefined ? policy : { ...policy, issuers };
}

/** An interval that its owner set stays; ours goes when the renewal is over. */
function ownInterval(automation: JsonObject): JsonObject {
  const interval = automation.renew_interval;
  return interval === undefined || interval === renewingInterval ? {} : { renew_interval: interval };
}

/** Adds nothing empty, so that what runs is told from what is wanted only where they differ. */
function setUnlessEmpty(object: JsonObject, key: string, value: JsonObject): void {
  if (Object.keys(value).length > 0 || object[key] !== undefined) object[key] = value;
}

function listensOn(address: string, port: number): boolean {
  return new RegExp(`:${port}$`).test(address) && !address.startsWith('udp/');
}

function httpOf(config: Json): JsonObject {
  return appOf(config, 'http');
}

function tlsOf(config: Json): JsonObject {
  return appOf(config, 'tls');
}

function appOf(config: Json, name: string): JsonObject {
  return isObject(config) ? objectAt(objectAt(config, 'apps'), name) : {};
}
