import type { ClientRequest, IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { isObject, type JsonObject, emptyObject } from './json.ts';
import { Refusal } from './refusal.ts';

/** Node's HTTP client; an `import` of it would also load its fetch and WebSocket, which cost 10 MB. */
export const { request, STATUS_CODES } = process.getBuiltinModule('node:http');

/** The engine behind its socket. Each request has a connection of its own, so none can ride on another's. */
export interface EngineClient {
  /** Starts a request; the caller writes the body and ends it. */
  start(method: string, target: string, headers: Record<string, string>): ClientRequest;
  /** Describes an object by name or id; undefined when the engine does not know it. */
  look(kind: 'containers' | 'volumes' | 'networks', name: string): Promise<JsonObject | undefined>;
  /** The refusal that tells a person the engine did not answer. */
  unreachable(cause: unknown): Refusal;
}

const largestDescription = 4 * 1024 * 1024;
const lookTimeout = 15_000;

/** Makes a client for the engine's unix socket; nothing is opened before the first request. */
export function createEngineClient(socketPath: string): EngineClient {
  function unreachable(cause: unknown): Refusal {
    return new Refusal(503, `Docker engine is not reachable at ${socketPath}`, { cause });
  }

  function start(method: string, target: string, headers: Record<string, string>): ClientRequest {
    return request({
      method,
      path: target,
      headers: { ...headers, Host: 'docker' },
      // No agent, hence no reuse. Half-open, since a client may end its input long before the output ends.
      createConnection: () => connect({ path: socketPath, allowHalfOpen: true }),
    });
  }

  async function look(kind: string, name: string): Promise<JsonObject | undefined> {
    const path = kind === 'containers' ? `/containers/${name}/json` : `/${kind}/${name}`;
    const outgoing = start('GET', path, { Connection: 'close' });
    const timer = setTimeout(() => outgoing.destroy(new Error('no answer in time')), lookTimeout);
    try {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        outgoing.on('response', resolve);
        outgoing.on('error', reject);
        outgoing.end();
      });
      const body = await readAll(answer, largestDescription);
      if (answer.statusCode === 404) return undefined;
      if (answer.statusCode !== 200) {
        throw new Refusal(502, `The engine does not describe ${name}: it answers ${answer.statusCode}.`);
      }
      return readDescription(body);
    } catch (error) {
      throw error instanceof Refusal ? error : unreachable(error);
    } finally {
      clearTimeout(timer);
    }
  }

  return { start, look, unreachable };
}

/** The whole of a short answer. */
export async function readAll(answer: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length > limit) throw new Refusal(502, `The engine's answer is longer than ${limit} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The engine writes its own JSON (with keys and numbers our strict parser refuses), so the plain parser reads it. */
function readDescription(body: Buffer): JsonObject {
  const value = JSON.parse(body.toString('utf8'), (_key, item) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.assign(emptyObject(), item)
      : item,
  );
  if (!isObject(value))
    throw new Refusal(502, 'The engine describes an object in a way the broker does not know.');
  return value;
}
