import { canonicalJson, emptyObject, isObject, type Json, type JsonObject } from './json.ts';
import { loadedPemShape, policyShape, renewInterval, routeShape } from './proxy-shapes.ts';
import { refuse, Refusal } from './refusal.ts';
import type { Judge, Shape } from './shape.ts';

/**
 * Judges a whole configuration of Caddy and answers the one to send on: what stands there already may stay or go, what is
 * new or changed must be a route, a policy or a certificate of ours. Where Caddy listens, keeps its files and writes its
 * logs is taken from the present configuration, whatever the new one says.
 *
 * @param next what the caller asks for
 * @param current what runs now; null when nothing does
 * @param siteRoots directories below which static sites may be
 * @throws {Refusal} 403 that names the field
 */
export async function judgeProxyConfig(
  next: Json,
  current: Json,
  siteRoots: readonly string[],
): Promise<JsonObject> {
  const now = isObject(current) ? current : emptyObject();
  const wanted = asObject(next, 'The configuration');
  const out = emptyObject();
  keepAll(out, now, ['admin', 'logging', 'storage']);
  const apps = asObject(wanted.apps ?? emptyObject(), 'apps');
  const appsNow = asObject(now.apps ?? emptyObject(), 'apps');
  const judged = emptyObject();
  // Apps that are not ours stay as they are.
  for (const [name, app] of Object.entries(appsNow))
    if (name !== 'http' && name !== 'tls') judged[name] = app;
  for (const [name, app] of Object.entries(apps)) {
    if (name === 'http' || name === 'tls' || isSame(app, appsNow[name])) continue;
    refuse(`apps.${name} belongs to whoever owns this Caddy.`, `apps.${name}`);
  }
  if (apps.http !== undefined || appsNow.http !== undefined) {
    judged.http = await judgeHttp(apps.http, appsNow.http, siteRoots);
  }
  if (apps.tls !== undefined || appsNow.tls !== undefined) judged.tls = await judgeTls(apps.tls, appsNow.tls);
  out.apps = judged;
  return out;
}

async function judgeHttp(
  next: Json | undefined,
  now: Json | undefined,
  siteRoots: readonly string[],
): Promise<Json> {
  const wanted = asObject(next ?? emptyObject(), 'apps.http');
  const present = asObject(now ?? emptyObject(), 'apps.http');
  const out = emptyObject();
  sameExcept(wanted, present, ['servers'], 'apps.http', out);
  const serversNow = asObject(present.servers ?? emptyObject(), 'apps.http.servers');
  const route = routeShape(siteRoots);
  const port = typeof present.https_port === 'number' ? present.https_port : 443;
  const plainPort = typeof present.http_port === 'number' ? present.http_port : 80;
  const servers = emptyObject();
  for (const [name, server] of Object.entries(
    asObject(wanted.servers ?? emptyObject(), 'apps.http.servers'),
  )) {
    const at = `apps.http.servers.${name}`;
    const known = serversNow[name];
    // The one server of plain HTTP that may be new; all it can have is routes of ours.
    const base = isObject(known) ? known : newServer(name === 'nebula-http' ? plainPort : port);
    const fields = asObject(server, at);
    const judged = emptyObject();
    sameExcept(fields, base, ['routes'], at, judged);
    await judgeList(judged, fields, base, 'routes', route, at);
    servers[name] = judged;
  }
  out.servers = servers;
  return out;
}

async function judgeTls(next: Json | undefined, now: Json | undefined): Promise<Json> {
  const wanted = asObject(next ?? emptyObject(), 'apps.tls');
  const present = asObject(now ?? emptyObject(), 'apps.tls');
  const out = emptyObject();
  sameExcept(wanted, present, ['automation', 'certificates'], 'apps.tls', out);
  if (wanted.automation !== undefined || present.automation !== undefined) {
    out.automation = await judgeAutomation(wanted.automation, present.automation);
  }
  if (wanted.certificates !== undefined || present.certificates !== undefined) {
    const at = 'apps.tls.certificates';
    const fields = asObject(wanted.certificates ?? emptyObject(), at);
    const base = asObject(present.certificates ?? emptyObject(), at);
    const judged = emptyObject();
    sameExcept(fields, base, ['load_pem'], at, judged);
    await judgeList(judged, fields, base, 'load_pem', loadedPemShape, at);
    out.certificates = judged;
  }
  return out;
}

async function judgeAutomation(next: Json | undefined, now: Json | undefined): Promise<Json> {
  const at = 'apps.tls.automation';
  const wanted = asObject(next ?? emptyObject(), at);
  const present = asObject(now ?? emptyObject(), at);
  const judged = emptyObject();
  sameExcept(wanted, present, ['policies', 'renew_interval'], at, judged);
  await judgeList(judged, wanted, present, 'policies', policyShape, at);
  if (wanted.renew_interval !== undefined) {
    judged.renew_interval = await renewInterval(wanted.renew_interval, `${at}.renew_interval`, noLifting);
  }
  return judged;
}

/** Judges a list of the configuration: entries that stand there already pass as they are; others must have the shape. */
async function judgeList(
  out: JsonObject,
  wanted: JsonObject,
  present: JsonObject,
  name: string,
  shape: Shape,
  parent: string,
): Promise<void> {
  const next = wanted[name];
  const now = present[name];
  const at = `${parent}.${name}`;
  if (next === undefined || next === null) return;
  if (!Array.isArray(next)) refuse(`${at} must be a list.`, at);
  if (next.length > 10_000) refuse(`${at} is longer than 10,000 entries.`, at);
  const known = new Set(Array.isArray(now) ? now.map(canonicalJson) : []);
  const judged: Json[] = [];
  for (const [index, item] of next.entries()) {
    judged.push(known.has(canonicalJson(item)) ? item : await shape(item, `${at}[${index}]`, noLifting));
  }
  out[name] = judged;
}

function newServer(port: number): JsonObject {
  return Object.assign(emptyObject(), { listen: [`:${port}`] });
}

/** Takes every field but the named ones from the present; one that is asked for otherwise is refused. */
function sameExcept(
  wanted: JsonObject,
  present: JsonObject,
  ours: readonly string[],
  at: string,
  out: JsonObject,
): void {
  for (const [name, value] of Object.entries(wanted)) {
    if (ours.includes(name) || isSame(value, present[name])) continue;
    refuse(`${at}.${name} belongs to whoever owns this Caddy.`, `${at}.${name}`);
  }
  for (const [name, value] of Object.entries(present)) if (!ours.includes(name)) out[name] = value;
}

function keepAll(out: JsonObject, now: JsonObject, names: readonly string[]): void {
  for (const name of names) {
    const value = now[name];
    if (value !== undefined) out[name] = value;
  }
}

function asObject(value: Json | undefined, at: string): JsonObject {
  return isObject(value) ? value : refuse(`${at} must be an object.`, at);
}

function isSame(one: Json | undefined, other: Json | undefined): boolean {
  return one !== undefined && other !== undefined && canonicalJson(one) === canonicalJson(other);
}

const noLifting: Judge = {
  needs(rule, at) {
    throw new Refusal(403, `${at} asks for ${rule}.`, { field: at });
  },
  paths: {
    bind: (path, _readOnly, at) => refuse(`${at} names the path ${path}.`, at),
    leadsAway: () => Promise.resolve(true),
  },
  look: () => Promise.resolve(undefined),
};
