import { DriverError } from '@nebula/errors';
import type { HostVerbs } from './host-verbs.ts';

/**
 * Calls a host verb of the broker.
 *
 * @param socketPath the broker's `host.sock`
 * @throws {DriverError} `unavailable` when the broker does not answer, `rejected` when it refuses the input
 */
export async function hostCall<Name extends keyof HostVerbs>(
  socketPath: string,
  verb: Name,
  input: HostVerbs[Name]['input'],
  options: { signal: AbortSignal },
): Promise<HostVerbs[Name]['output']> {
  const body = JSON.stringify(input);
  const { status, text } = await post(socketPath, `/v1/${verb}`, body, options.signal);
  if (status === 200) return readOutput<Name>(text);
  throw new DriverError(
    status < 500 ? 'rejected' : 'unavailable',
    messageIn(text) ?? `The broker answers ${status} to ${verb}.`,
  );
}

function post(
  socketPath: string,
  path: string,
  body: string,
  signal: AbortSignal,
): Promise<{ status: number; text: string }> {
  // Loaded with the first call: callers that never make one are spared its memory.
  const { request } = process.getBuiltinModule('node:http');
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) =>
      reject(new DriverError('unavailable', 'The broker does not answer.', { cause }));
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    const outgoing = request(
      { socketPath, path, method: 'POST', headers, signal, agent: false },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.on('error', fail);
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      },
    );
    outgoing.on('error', fail);
    outgoing.end(body);
  });
}

/** The broker is the same program in another process, so the shape of its answer is the shape it was written with. */
function readOutput<Name extends keyof HostVerbs>(text: string): HostVerbs[Name]['output'] {
  return JSON.parse(text) as HostVerbs[Name]['output'];
}

/** The broker's own sentence, where its answer has one. */
function messageIn(text: string): string | null {
  const message = /"message":("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  return message === undefined ? null : String(JSON.parse(message));
}
