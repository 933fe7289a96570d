import type { Socket } from 'node:net';
import { answerJson } from './answer.ts';
import type { HostVerb } from './host-verbs.ts';
import { isObject, JsonError, parseJson } from './json.ts';
import type { Log } from './log.ts';
import { answerRefusal } from './proxy.ts';
import { Refusal } from './refusal.ts';
import { type Incoming, readRequest } from './wire.ts';

const largestInput = 65_536;
const patience = 10_000;

/** Serves one `POST /v1/<verb>` with JSON in and JSON out. */
export async function serveHost(socket: Socket, verbs: readonly HostVerb[], log: Log): Promise<void> {
  const late = setTimeout(() => socket.destroy(), patience);
  let incoming: Incoming | undefined;
  try {
    incoming = await readRequest(socket);
    if (incoming === undefined) return void socket.destroy();
    const name = /^\/v1\/([a-z][a-z-]*)$/.exec(incoming.target)?.[1] ?? '';
    const verb = verbs.find((known) => known.name === name);
    if (verb === undefined) throw new Refusal(404, 'There is no such host verb.');
    if (incoming.method !== 'POST') throw new Refusal(405, 'Host verbs are called with POST.');
    if (incoming.wantsUpgrade) throw new Refusal(400, 'Host verbs do not take the connection over.');
    const input = parseJson(await incoming.readBody(verb.largestInput ?? largestInput));
    clearTimeout(late);
    if (!isObject(input)) throw new Refusal(400, 'The input must be a JSON object.');
    answerJson(socket, 200, await verb.call(input));
  } catch (error) {
    answerRefusal(
      socket,
      error instanceof JsonError ? new Refusal(400, error.message) : error,
      incoming,
      log,
    );
  } finally {
    clearTimeout(late);
  }
}
