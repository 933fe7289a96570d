import { DriverError } from '@nebula/errors';
import type { Applied, ApplyOptions, Proxy, ProxyAdmin, WantedRoute } from '../../index.ts';
import { isSame, type Json, type JsonObject } from '../../json.ts';
import { problemsOf, type Route } from '../../route.ts';
import { holdOff } from './hold-off.ts';
import { readCaddyfile } from './import.ts';
import { hostsOf, merge, portsOf, serversOf } from './merge.ts';
import { changesOf, partsIn, type RoutePart, together } from './parts.ts';
import { markOf, renderAnswers, renderPolicy, renderRoute, routeIdOf } from './render.ts';
import { readSnippet } from './snippet.ts';

/** How often a write is tried again because somebody else wrote in between. */
const mostConflicts = 5;

/** Caddy 2 behind its admin API. Nothing is asked before the first call. */
export function openCaddy(admin: ProxyAdmin): Proxy {
  let keepsStreams: Promise<boolean> | null = null;

  async function present(signal: AbortSignal): Promise<{ config: Json; etag: string }> {
    const state = await admin.read(signal);
    if (!state.reachable) throw new DriverError('unavailable', state.reason);
    return state;
  }

  /** Asked once: whether the directive that newer versions have is translated. */
  async function knowsStreams(signal: AbortSignal): Promise<boolean> {
    keepsStreams ??= admin
      .adapt('http://a.invalid {\n\treverse_proxy b:1 {\n\t\tstream_close_delay 1s\n\t}\n}\n', signal)
      .then(({ outcome }) => outcome === 'adapted');
    try {
      return await keepsStreams;
    } catch (error) {
      keepsStreams = null;
      throw error;
    }
  }

  async function render(route: Route, isRenewing: boolean, signal: AbortSignal): Promise<RoutePart | string> {
    const [problem] = problemsOf(route);
    if (problem !== undefined) return problem;
    const { snippet } = route.options;
    const reading =
      snippet === null || snippet.trim() === ''
        ? { ok: true as const, routes: [] }
        : await readSnippet(admin, snippet, signal);
    if (!reading.ok) return reading.problem;
    const policy = renderPolicy(route, isRenewing);
    return {
      routes: [renderRoute(route, { snippet: reading.routes, keepsStreams: await knowsStreams(signal) })],
      answers: answersOf(route),
      policies: policy === null ? [] : [policy],
      certificates:
        route.certificate.kind === 'own'
          ? [
              {
                certificate: route.certificate.certificatePem,
                key: route.certificate.keyPem,
                tags: [markOf(route.id)],
              },
            ]
          : [],
    };
  }

  async function apply(
    wanted: readonly WantedRoute[],
    { renewNow: renewing = [], beforeLoad }: ApplyOptions,
    signal: AbortSignal,
  ): Promise<Applied> {
    const renewNow = new Set(renewing);
    const refused: Applied['refused'] = [];
    const chosen = new Map<string, RoutePart>();
    /** Routes that stay as they run now; where they do not run, what they are instead. */
    const staying = new Map<string, RoutePart | null>();
    /** What those of them answer over plain HTTP, which has nothing to do with why they stay. */
    const answering = new Map<string, JsonObject[]>();
    const fallBack = async ({ route, lastGood, problem }: WantedRoute, reason: string) => {
      refused.push({ id: route.id, reason });
      const rendered = lastGood === null ? reason : await render(lastGood, false, signal);
      const part = typeof rendered === 'string' ? null : rendered;
      if (problem !== undefined) answering.set(route.id, answersOf(route));
      if (part === null || problem !== undefined) staying.set(route.id, part);
      else chosen.set(route.id, part);
    };
    for (const each of wanted) {
      if (each.problem !== undefined) {
        await fallBack(each, each.problem);
        continue;
      }
      const renews = each.route.hosts.some((host) => renewNow.has(host));
      const rendered = await render(each.route, renews, signal);
      if (typeof rendered === 'string') await fallBack(each, rendered);
      else chosen.set(each.route.id, rendered);
    }
    // Another order would be another configuration.
    const inOrder = () => wanted.flatMap(({ route }) => chosen.get(route.id) ?? []);
    const isRefused = (id: string) => refused.some((entry) => entry.id === id);

    let conflicts = 0;
    let before: Json | undefined;
    for (;;) {
      const { config, etag } = await present(signal);
      const running = partsIn(config);
      for (const [id, otherwise] of staying) {
        const part = running.get(id) ?? otherwise;
        if (part === null) chosen.delete(id);
        else chosen.set(id, { ...part, answers: answering.get(id) ?? part.answers });
      }
      const next = merge(config, together(inOrder(), renewNow.size > 0));
      if (isSame(next, config)) {
        // Trials of single routes may have loaded all of it already.
        const isTried = before !== undefined && !isSame(before, config);
        return { isChanged: isTried, refused, before: isTried ? { config: before ?? null } : null };
      }
      if (before === undefined) {
        if (conflicts === 0) {
          await beforeLoad?.({ ...changesOf(config, next), refused: refused.map(({ id }) => id) });
        }
        before = config;
      }
      const outcome = await tryToWrite(admin, next, etag, signal);
      if (outcome === 'written') return { isChanged: true, refused, before: { config: before } };
      if (outcome === 'conflict') {
        conflicts += 1;
        // What somebody else wrote in between stays when ours is put back.
        before = undefined;
        if (conflicts < mostConflicts) continue;
        throw new DriverError(
          'rejected',
          'Somebody else keeps changing the configuration of the reverse proxy.',
        );
      }
      const guilty = culprit(outcome.message, next) ?? (await singleOut(outcome.message, chosen, signal));
      const each = wanted.find(({ route }) => route.id === guilty);
      if (each === undefined || staying.get(each.route.id) === null) {
        throw new DriverError('rejected', `The reverse proxy refuses the configuration: ${outcome.message}`);
      }
      // What it fell back on is refused as well.
      if (isRefused(each.route.id)) {
        staying.set(each.route.id, null);
        answering.delete(each.route.id);
      } else await fallBack(each, outcome.message);
    }
  }

  /**
   * Which route the proxy refuses, when its sentence does not say: each that is to change is tried alone on what runs now. A
   * try that is refused changes nothing; one that is not is served, which it should be anyway.
   */
  async function singleOut(
    message: string,
    chosen: ReadonlyMap<string, RoutePart>,
    signal: AbortSignal,
  ): Promise<string | null> {
    const { config } = await present(signal);
    const { changed } = changesOf(config, merge(config, together(chosen.values(), false)));
    const running = partsIn(config);
    // Those that stay are as they run, so that nobody is away while another is tried.
    const accepted = new Map([...running].filter(([id]) => chosen.has(id)));
    for (const [id, part] of chosen) {
      if (!changed.includes(id)) continue;
      const state = await present(signal);
      const trial = new Map(accepted).set(id, part);
      const next = merge(state.config, together(trial.values(), false));
      const outcome = await tryToWrite(admin, next, state.etag, signal);
      if (typeof outcome === 'object') return id;
      if (outcome === 'written') accepted.set(id, part);
    }
    throw new DriverError('rejected', `The reverse proxy refuses the configuration: ${message}`);
  }

  return {
    async state(signal) {
      const { config, etag } = await present(signal);
      const routes = serversOf(config).flatMap(({ name, routes: own }) =>
        own.map((route) => ({ server: name, route, id: routeIdOf(route['@id']) })),
      );
      return {
        version: etag,
        ours: [...new Set(routes.flatMap(({ id }) => (id === null ? [] : [id])))],
        foreign: routes.flatMap(({ id, server, route }) =>
          id === null ? [{ server, hosts: hostsOf(route) }] : [],
        ),
        ...portsOf(config),
      };
    },
    capabilities: async (signal) => ({ keepsStreams: await knowsStreams(signal) }),
    apply,
    async checkSnippet(snippet, signal) {
      const reading = await readSnippet(admin, snippet, signal);
      return reading.ok ? null : reading.problem;
    },
    backup: async (signal) => ({ config: (await present(signal)).config }),
    async restore({ config }, signal) {
      for (let conflicts = 0; conflicts < mostConflicts; conflicts += 1) {
        const { config: now, etag } = await present(signal);
        if (isSame(now, config)) return;
        const outcome = await tryToWrite(admin, config, etag, signal);
        if (outcome === 'written') return;
        if (outcome !== 'conflict') throw new DriverError('rejected', outcome.message);
      }
      throw new DriverError(
        'rejected',
        'Somebody else keeps changing the configuration of the reverse proxy.',
      );
    },
    readCaddyfile: (caddyfile, signal) => readCaddyfile(admin, caddyfile, signal),
    traffic: async (signal) => (await admin.upstreams(signal)).upstreams,
    holdOff: async (route, upstream, signal) => {
      const { config } = await present(signal);
      await holdOff(route, upstream, portsOf(config).httpsPort, signal);
    },
  };
}

function answersOf(route: Route): JsonObject[] {
  const answers = renderAnswers(route);
  return answers === null ? [] : [answers];
}

async function tryToWrite(
  admin: ProxyAdmin,
  config: Json,
  etag: string,
  signal: AbortSignal,
): Promise<'written' | 'conflict' | { message: string }> {
  try {
    const answer = await admin.write(JSON.stringify(config), etag, signal);
    return answer.outcome === 'invalid' ? { message: answer.message } : answer.outcome;
  } catch (error) {
    // The broker's no names the place just as Caddy's does.
    if (error instanceof DriverError && error.kind === 'rejected') return { message: error.message };
    throw error;
  }
}

/** The route of ours that a refusal is about: Caddy writes `route 3:`, the broker `routes[3]`; likewise for policies. */
function culprit(message: string, config: JsonObject): string | null {
  const [, server, index] =
    /server (\S+?): .*?\broute (\d+)\b/.exec(message) ??
    /servers\.([^\s.]+)\.routes\[(\d+)\]/.exec(message) ??
    [];
  if (server !== undefined) {
    const route = serversOf(config).find(({ name }) => name === server)?.routes[Number(index)];
    return routeIdOf(route?.['@id']);
  }
  return null;
}
