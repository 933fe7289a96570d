import type { EngineClient } from './engine.ts';
import type { Grants } from './grants.ts';
import type { PathJudge } from './host-paths.ts';
import { isObject, type Json, JsonError, type JsonObject, parseJson } from './json.ts';
import type { Liftable } from './liftable.ts';
import { checks, type ExecRegister } from './object-checks.ts';
import { Refusal } from './refusal.ts';
import { type Rule, refusals, rules } from './rules.ts';
import { type Judge, sentence } from './shape.ts';
import { parseTarget, type Target, writeQuery } from './target.ts';

/** A request as it goes to the engine: nothing in it was copied from the wire without being judged. */
export interface Judged {
  rule: Rule;
  method: string;
  /** Path and query. */
  target: string;
  /** JSON text, or undefined when the rule takes none (or a tar stream). */
  body: string | undefined;
}

/** What the broker knows while it judges. */
export interface JudgeParts {
  engine: EngineClient;
  paths: PathJudge;
  grants: Grants;
  execs: ExecRegister;
}

/** A route that matched, before its body is read. */
export interface Route {
  rule: Rule;
  method: string;
  target: Target;
  /** The object the path names (`{id}` or `{image}`), or ''. */
  name: string;
}

/**
 * Finds the rule for a request line.
 *
 * @throws {Refusal} 400 when the target has two readings, 403 when no rule lets it through
 */
export function findRoute(method: string, rawTarget: string): Route {
  const target = parseTarget(rawTarget);
  for (const { rule, pattern } of patterns) {
    if (rule.method !== method) continue;
    const found = pattern.exec(target.path);
    if (found !== null) return { rule, method, target, name: found[1] ?? '' };
  }
  const known = refusals.find(({ path }) => path.test(target.path));
  throw new Refusal(403, known?.why ?? `No rule of the broker lets ${method} ${target.path} through.`);
}

/**
 * Judges query, body and the object a request names, and writes it anew.
 *
 * @param bytes the whole body; ignored for tar streams
 * @param grant value of the grant header, if there was one
 * @throws {Refusal}
 */
export async function judge(
  route: Route,
  bytes: Buffer,
  grant: string | undefined,
  parts: JudgeParts,
): Promise<Judged> {
  const { rule, target } = route;
  const needed = new Map<Liftable, string>();
  const judging: Judge = {
    needs: (lift, at) => void needed.set(lift, needed.get(lift) ?? sentence(lift, at)),
    paths: parts.paths,
    look: (kind, name) => parts.engine.look(kind, name),
  };
  const body = rule.body === 'tar' ? undefined : readBody(bytes);
  const sentQuery = new Map<string, string>();
  for (const [key, value] of target.query) {
    const judgeValue = Object.hasOwn(rule.query, key) ? rule.query[key] : undefined;
    if (judgeValue === undefined)
      throw new Refusal(403, `The parameter ${key} is not known to the rule ${rule.id}.`);
    sentQuery.set(key, judgeValue(value, key));
  }
  let sentBody: Json | undefined;
  if (typeof rule.body === 'function') {
    if (body === undefined) throw new Refusal(400, `The rule ${rule.id} expects a JSON object as body.`);
    sentBody = await rule.body(body, '', judging);
  } else if (body !== undefined && Object.keys(body).length > 0) {
    throw new Refusal(403, `The rule ${rule.id} takes no body, and ${Object.keys(body)[0]} stands in it.`);
  }
  if (rule.needs !== undefined && isOn(rule.needs.when, sentQuery))
    judging.needs(rule.needs.rule, target.path);
  let { name } = route;
  if (rule.check !== undefined && isOn(rule.checkWhen, sentQuery)) {
    name = await checks[rule.check](name, judging, parts.execs);
  }
  if (needed.size > 0) {
    const asked = { method: route.method, path: target.path, query: target.query, body };
    parts.grants.use(grant, asked, needed);
  }
  const path = `${target.version}${rule.path.replace(/\{\w+\}/, () => name)}`;
  const text = writeQuery(sentQuery);
  return {
    rule,
    method: route.method,
    target: text === '' ? path : `${path}?${text}`,
    body: sentBody === undefined ? undefined : JSON.stringify(sentBody),
  };
}

const patterns = rules.map((rule) => ({
  rule,
  pattern: new RegExp(
    `^${rule.path.replaceAll('.', '\\.').replace('{id}', '([A-Za-z0-9][A-Za-z0-9_.-]*)').replace('{image}', '([A-Za-z0-9][A-Za-z0-9_.:@/-]*)')}$`,
  ),
}));

function isOn(parameter: string | undefined, query: ReadonlyMap<string, string>): boolean {
  return parameter === undefined || query.get(parameter) === '1';
}

function readBody(bytes: Buffer): JsonObject | undefined {
  if (bytes.length === 0) return undefined;
  try {
    const value = parseJson(bytes);
    if (value === null) return undefined;
    if (!isObject(value)) throw new Refusal(400, 'The body must be a JSON object.');
    return value;
  } catch (error) {
    if (error instanceof JsonError) throw new Refusal(400, error.message, { cause: error });
    throw error;
  }
}
