import { Refusal } from './refusal.ts';

/** A request target after its one and only parse: what is judged is what is sent. */
export interface Target {
  /** `/v1.41`, or '' when the request names no API version. */
  version: string;
  /** Decoded path below the version; holds only letters, digits and `._-/:@`. */
  path: string;
  /** Decoded parameters, each once. */
  query: Map<string, string>;
}

const longest = 16_384;
const oldest = 24;
const newest = 60;

/**
 * Parses `/v1.41/containers/json?all=1`. Percent-encoding in the path is accepted for `/ : @` only, as image names
 * need it.
 *
 * @throws {Refusal} 400 for anything with two readings: absolute form, `//`, `..`, control characters, duplicates
 */
export function parseTarget(target: string): Target {
  if (target.length > longest) throw new Refusal(414, `The address is longer than ${longest} characters.`);
  if (!/^\/[!"$-~]*$/.test(target)) bad('is not a plain absolute path');
  const mark = target.indexOf('?');
  const rawPath = mark < 0 ? target : target.slice(0, mark);
  const decoded = rawPath.replace(/%(2[fF]|3[aA]|40)/g, (code) => decodeURIComponent(code));
  if (rawPath.includes('%') && !/^(?:\/v[\d.]+)?\/(?:images|distribution)\//.test(rawPath)) {
    bad('has percent-encoding where no image is named');
  }
  if (!/^(?:\/[A-Za-z0-9_][A-Za-z0-9._:@-]*)+$/.test(decoded)) {
    bad('holds a part that no name looks like');
  }
  const version = /^\/v[^/]*(?=\/)/.exec(decoded)?.[0];
  if (version !== undefined && isVersion(version)) {
    return { version, path: decoded.slice(version.length), query: parseQuery(target, mark) };
  }
  if (/^\/v\d/i.test(decoded)) bad(`names an API version outside v1.${oldest} to v1.${newest}`);
  return { version: '', path: decoded, query: parseQuery(target, mark) };
}

/** Writes a query anew, in the order of its keys; '' when it is empty. */
export function writeQuery(query: ReadonlyMap<string, string>): string {
  const pairs = [...query].sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&');
}

function isVersion(part: string): boolean {
  const minor = Number(/^\/v1\.(\d\d)$/.exec(part)?.[1] ?? 0);
  return minor >= oldest && minor <= newest;
}

function parseQuery(target: string, mark: number): Map<string, string> {
  const query = new Map<string, string>();
  if (mark < 0 || mark === target.length - 1) return query;
  for (const pair of target.slice(mark + 1).split('&')) {
    const equals = pair.indexOf('=');
    const key = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1));
    if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(key)) bad('has a parameter without a proper name');
    if (query.has(key)) bad(`has the parameter ${key} twice`);
    query.set(key, value);
  }
  return query;
}

function decode(text: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new Refusal(400, 'The address has a parameter that is not valid percent-encoded UTF-8.', { cause });
  }
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(decoded))
    bad('has control characters in a parameter');
  return decoded;
}

function bad(what: string): never {
  throw new Refusal(400, `The address ${what}.`);
}
