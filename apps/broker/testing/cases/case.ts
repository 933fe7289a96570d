import { writeRequest } from '../send.ts';

/** A request that must not get through, as the bytes a client would send. */
export interface HostileCase {
  name: string;
  bytes: Buffer;
  /**
   * `refused`: the engine sees nothing. `unanswered`: the request never ends, so it is never judged. `judgedWithout`:
   * the engine may see one request, in which nothing matches this expression.
   */
  expect: 'refused' | 'unanswered' | { judgedWithout: RegExp };
}

/** Paths the test has made: `root` is an app directory with links that lead out of it. */
export interface Ground {
  root: string;
  engineSocket: string;
}

/** Creation of a container. */
export function create(name: string, body: Record<string, unknown>): HostileCase {
  return post(name, '/v1.41/containers/create?name=x1', { Image: 'i', ...body });
}

/** Creation of a container, from a text that no JSON writer would write. */
export function createText(name: string, text: string): HostileCase {
  return raw(name, writeRequest('POST', '/v1.41/containers/create', text));
}

/** A JSON body. */
export function post(name: string, target: string, body: unknown): HostileCase {
  return raw(name, writeRequest('POST', target, JSON.stringify(body)));
}

/** A request without body. */
export function simple(name: string, method: string, target: string): HostileCase {
  return raw(name, writeRequest(method, target));
}

/** Bytes that must not pass. */
export function raw(name: string, bytes: Buffer): HostileCase {
  return { name, bytes, expect: 'refused' };
}

/** Bytes of which something may pass, without what the expression finds. */
export function judged(name: string, bytes: Buffer, judgedWithout: RegExp): HostileCase {
  return { name, bytes, expect: { judgedWithout } };
}

/** Bytes that never become a whole request. */
export function unanswered(name: string, bytes: Buffer): HostileCase {
  return { name, bytes, expect: 'unanswered' };
}

/** A request whose body is bytes. */
export function withBody(target: string, body: Buffer): Buffer {
  const head = `POST ${target} HTTP/1.1\r\nHost: docker\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}
