import { isSame, type Json, type JsonObject, textsIn } from '../../json.ts';
import type { Changes } from '../../index.ts';
import { besideMark, type OurPart, pemsIn, policiesIn, serversOf } from './merge.ts';
import { routeIdOf } from './render.ts';

/** All that the configuration has for one route of ours. */
export interface RoutePart {
  routes: JsonObject[];
  /** Over plain HTTP. */
  answers: JsonObject[];
  policies: JsonObject[];
  certificates: JsonObject[];
}

/** The parts of several routes as one. */
export function together(parts: Iterable<RoutePart>, isRenewing: boolean): OurPart {
  const all = [...parts];
  return {
    routes: all.flatMap(({ routes }) => routes),
    answers: all.flatMap(({ answers }) => answers),
    policies: all.flatMap(({ policies }) => policies),
    certificates: all.flatMap(({ certificates }) => certificates),
    isRenewing,
  };
}

/** What a configuration has of ours, by route. */
export function partsIn(config: Json): Map<string, RoutePart> {
  const parts = new Map<string, RoutePart>();
  const put = (mark: Json | undefined, kind: keyof RoutePart, object: JsonObject) => {
    const id = routeIdOf(mark);
    if (id === null) return;
    const part = parts.get(id) ?? { routes: [], answers: [], policies: [], certificates: [] };
    part[kind].push(object);
    parts.set(id, part);
  };
  for (const { routes } of serversOf(config)) {
    for (const route of routes) {
      const mark = route['@id'];
      put(mark, typeof mark === 'string' && mark.endsWith('-http') ? 'answers' : 'routes', route);
    }
  }
  for (const policy of policiesIn(config)) {
    if (policy['@id'] !== besideMark) put(policy['@id'], 'policies', policy);
  }
  for (const pem of pemsIn(config))
    put(
      textsIn(pem.tags).find((tag) => routeIdOf(tag) !== null),
      'certificates',
      pem,
    );
  return parts;
}

/** Routes of ours that come, change or go between two configurations, in whatever is theirs. */
export function changesOf(now: Json, next: Json): Omit<Changes, 'refused'> {
  const before = partsIn(now);
  const after = partsIn(next);
  const differ = (kinds: readonly (keyof RoutePart)[]) =>
    [...new Set([...before.keys(), ...after.keys()])].filter((id) =>
      kinds.some((kind) => !isSame(before.get(id)?.[kind] ?? [], after.get(id)?.[kind] ?? [])),
    );
  return {
    changed: differ(['routes', 'answers', 'policies', 'certificates']),
    certificates: differ(['policies', 'certificates']),
  };
}
