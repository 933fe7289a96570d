import type { Login, PlainAnswer } from '@nebula/runtime';
import type { AnyHandler, Served } from '../mount.ts';

/** Answers a protocol that is not ours: plain text, and a question for name and password where its handler wants one. */
export async function answerPlain(served: Served, handler: AnyHandler): Promise<string> {
  const { reply, request, context, input } = served;
  const { text, asksForLogin } = answered(
    await handler(context, input, basicLogin(request.headers.authorization)),
  );
  reply.type('text/plain; charset=utf-8').header('cache-control', 'no-store');
  if (asksForLogin)
    reply.code(401).header('www-authenticate', 'Basic realm="NebulaCommand", charset="UTF-8"');
  return text;
}

/** Name and password of a header; null when it holds none. The password may have colons, the name may not (RFC 7617). */
export function basicLogin(header: string | undefined): Login | null {
  const encoded = /^Basic ([A-Za-z0-9+/_-]{1,2000}={0,2})$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? null : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

function answered(value: unknown): PlainAnswer {
  if (typeof value === 'object' && value !== null && 'text' in value && 'asksForLogin' in value) {
    return { text: String(value.text), asksForLogin: value.asksForLogin === true };
  }
  throw new TypeError('An endpoint of another protocol answers a text.');
}
