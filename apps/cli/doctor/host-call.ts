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
  const { status, text } = await post(socketPath, '/v1/port-owner', body, signal);
  if (status !== 200) throw new Error(`the broker answers ${status}: ${text.trim().slice(0, 200)}`);
  return PortOwners.parse(JSON.parse(text));
}

function post(
  socketPath: string,
  path: string,
  body: string,
  signal: AbortSignal,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const call = request({ socketPath, path, method: 'POST', headers, signal, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        if (text.length < 1_048_576) text += part;
      });
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    call.on('error', reject);
    call.end(body);
  });
}
