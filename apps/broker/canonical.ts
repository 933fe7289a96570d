import { createHash } from 'node:crypto';
import { canonicalJson } from './json.ts';
import { writeQuery } from './target.ts';

/** A request as a grant names it. */
export interface GrantedRequest {
  method: string;
  /** Path without API version. */
  path: string;
  query: ReadonlyMap<string, string>;
  /** Parsed JSON body, or undefined when there is none. */
  body: unknown;
}

/** SHA-256 (hex) of `METHOD`, path with sorted query, and the SHA-256 of the body as canonical JSON, on a line each. */
export function requestDigest(request: GrantedRequest): string {
  const query = writeQuery(request.query);
  const body = request.body === undefined ? '' : canonicalJson(request.body);
  const target = query === '' ? request.path : `${request.path}?${query}`;
  return sha256(`${request.method}\n${target}\n${sha256(body)}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
