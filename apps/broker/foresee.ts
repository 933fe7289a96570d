import { networkBody, volumeBody } from './bodies.ts';
import { containerBody } from './container-body.ts';
import { contains, createPathJudge, isPlain, type PathJudge } from './host-paths.ts';
import { JsonError, type JsonObject, parseJson } from './json.ts';
import { type Liftable, liftable } from './liftable.ts';
import { Refusal } from './refusal.ts';
import type { Judge } from './shape.ts';

/** What is about to be made. */
export type ForeseenKind = 'container' | 'network' | 'volume';

/** What the broker will say of a request that nobody has sent yet. */
export interface Foreseen {
  /** Rules that a grant would have to lift, each once, with the field and the words of the refusal. */
  needs: { rule: Liftable; at: string; why: string }[];
  /** What no grant lifts; null when nothing. */
  never: string | null;
}

/** What is known where the question is asked. */
export interface Foresight {
  appRoots: readonly string[];
  /** The engine's own description of an object that is there or will be; undefined when none is known. */
  look?: Judge['look'];
}

const bodies = { container: containerBody, network: networkBody, volume: volumeBody };

/**
 * Judges the body of a request before it is sent, by the rules of the broker itself. It may know less than the broker (a
 * directory that only root may enter, a volume it did not look at), never other rules: the broker's word is the last one.
 *
 * @param body what would be sent, as JSON
 */
export async function foresee(
  kind: ForeseenKind,
  body: unknown,
  { appRoots, look = async () => undefined }: Foresight,
): Promise<Foreseen> {
  const needs = new Map<Liftable, string>();
  const judge: Judge = {
    needs: (rule, at) => void needs.set(rule, needs.get(rule) ?? at),
    paths: withoutRights(createPathJudge(appRoots), appRoots),
    look,
  };
  let never: string | null = null;
  try {
    await bodies[kind](readAsBroker(body), '', judge);
  } catch (error) {
    if (!(error instanceof Refusal) && !(error instanceof JsonError)) throw error;
    never = error.message;
  }
  return { needs: [...needs].map(([rule, at]) => ({ rule, at, why: liftable[rule] })), never };
}

/** The same strict reading that the body will meet. */
function readAsBroker(body: unknown): JsonObject {
  const read = parseJson(JSON.stringify(body));
  if (typeof read !== 'object' || read === null || Array.isArray(read))
    throw new TypeError('a body is an object');
  return read;
}

/** We may not look where the broker may; a path outside the app directories needs a grant wherever its links lead. */
function withoutRights(judge: PathJudge, roots: readonly string[]): PathJudge {
  return {
    leadsAway: (path) => judge.leadsAway(path),
    async bind(path, readOnly, at, needs) {
      try {
        return await judge.bind(path, readOnly, at, needs);
      } catch (error) {
        const isBelow = roots.some((root) => contains(root, path));
        if (!(error instanceof Refusal) || !isPlain(path) || isBelow) throw error;
        needs('bind-outside-roots', at);
        return path;
      }
    },
  };
}
