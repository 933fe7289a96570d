import { connect } from 'node:net';
import { readAll, request } from './engine.ts';
import { Refusal } from './refusal.ts';

/** An answer of Caddy's admin API; `etag` only where it names one. */
export interface CaddyAnswer {
  status: number;
  body: string;
  etag: string | null;
}

/** Caddy's admin API on its unix socket (caddyserver.com/docs/api). */
export interface CaddyAdmin {
  /** @throws {Refusal} 503 when nobody answers */
  ask(
    method: 'GET' | 'POST',
    path: string,
    body?: { type: string; text: string; ifMatch?: string },
  ): Promise<CaddyAnswer>;
}

const largestAnswer = 16 * 1024 * 1024;
/** A new configuration is answered when its modules are provisioned, which asks CAs and reads disks. */
const timeoutMs = 60_000;

/** Makes a client; each request has a connection of its own. */
export function createCaddyAdmin(socketPath: string): CaddyAdmin {
  return {
    async ask(method, path, body) {
      const outgoing = request({
        method,
        path,
        // On a unix socket Caddy lets in only requests that name no host.
        headers: { ...headersOf(body), Host: '', Connection: 'close' },
        setHost: false,
        createConnection: () => connect({ path: socketPath }),
      });
      const timer = setTimeout(() => outgoing.destroy(new Error('no answer in time')), timeoutMs);
      try {
        const answer = await new Promise<Parameters<typeof readAll>[0]>((resolve, reject) => {
          outgoing.on('response', resolve);
          outgoing.on('error', reject);
          outgoing.end(body?.text);
        });
        const text = (await readAll(answer, largestAnswer)).toString('utf8');
        const etag = answer.trailers.etag ?? answer.headers.etag ?? null;
        return { status: answer.statusCode ?? 0, body: text, etag };
      } catch (cause) {
        if (cause instanceof Refusal) throw cause;
        throw new Refusal(503, `Caddy does not answer at ${socketPath}.`, { cause });
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function headersOf(
  body: { type: string; text: string; ifMatch?: string } | undefined,
): Record<string, string> {
  if (body === undefined) return {};
  return {
    'Content-Type': body.type,
    'Content-Length': String(Buffer.byteLength(body.text)),
    ...(body.ifMatch === undefined ? {} : { 'If-Match': body.ifMatch }),
  };
}
