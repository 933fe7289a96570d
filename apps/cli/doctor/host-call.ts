import { request } from 'node:http';
import { z } from 'zod';

/** Who listens on a port, as the broker's verb `port-owner` says. */
export const PortOwners = z.object({
  port: z.number(),
  owners: z.array(z.object({ pid: z.number(), command: z.string(), user: z.number(), address: z.string() })),
  partial: z.literal(true).optional(),
});
export type PortOwners = z.infer<typeof PortOwners>;

/**
 * Asks the broker who listens on a TCP port. Throws the system's error when it cannot be reached.
 *
 * @param socketPath the broker's `host.sock`
 */
export async function portOwners(socketPath: string, port: number, signal: AbortSignal): Promise<PortOwners> {
  const body = JSON.stringify({ port, protocol: 'tcp' });
  const { status, text } = await ask({ socketPath, path: '/v1/port-owner', method: 'POST' }, body, signal);
  if (status !== 200) throw new Error(`the broker answers ${status}: ${text.trim().slice(0, 200)}`);
  return PortOwners.parse(JSON.parse(text));
}

/** The JSON that a GET on a unix socket answers. Throws the system's error when it cannot be reached. */
export async function getJson(socketPath: string, path: string, signal: AbortSignal): Promise<unknown> {
  const { status, text } = await ask({ socketPath, path, method: 'GET' }, '', signal);
  if (status !== 200) throw new OddAnswer(`${path} answers ${status}: ${text.trim().slice(0, 200)}`, status);
  return JSON.parse(text);
}

/** An answer that is not the one that was asked for. */
export class OddAnswer extends Error {
  override readonly name = 'OddAnswer';
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Characters of an answer at most; a list of 300 containers has about 1,000,000. */
const most = 16_777_216;

function ask(
  to: { socketPath: string; path: string; method: 'GET' | 'POST' },
  body: string,
  signal: AbortSignal,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      host: 'localhost',
      ...(body === ''
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const call = request({ ...to, headers, signal, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        if (text.length < most) text += part;
      });
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    call.on('error', reject);
    call.end(body === '' ? undefined : body);
  });
}
