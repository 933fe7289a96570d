import type { IncomingMessage } from 'node:http';
import { readAll, request } from './engine.ts';

/** What the engine counts of one container, as its own reply has it; what figures are not made from is left out. */
export interface ContainerStats {
  read: string;
  cpu_stats: { cpu_usage: { total_usage: number } };
  memory_stats: { usage?: number; limit?: number; stats?: { inactive_file?: number } };
  networks?: Record<string, { rx_bytes: number; tx_bytes: number }>;
  blkio_stats?: { io_service_bytes_recursive?: { op: string; value: number }[] | null };
}

/** Reads the counters of containers, several at a time; those that cannot be read are missing. */
export type ReadStats = (ids: readonly string[]) => Promise<Record<string, ContainerStats>>;

const atOnce = 4;
const patience = 10_000;
const largestStats = 256 * 1024;

/**
 * Reads counters over connections that are kept: forty containers every five seconds would else open forty times two. Only
 * requests that are written here go over them, each a GET with an id that has been judged, so none can ride on another's.
 */
export function createStatsReader(socketPath: string): ReadStats {
  const { Agent } = process.getBuiltinModule('node:http');
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce, maxFreeSockets: atOnce });

  async function read(id: string): Promise<ContainerStats | null> {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const path = `/containers/${id}/stats?stream=false&one-shot=true`;
      const outgoing = request({ socketPath, path, headers: { Host: 'docker' }, agent, timeout: patience });
      outgoing.on('response', resolve);
      outgoing.on('error', reject);
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
      outgoing.end();
    });
    const body = await readAll(answer, largestStats);
    return answer.statusCode === 200 ? essence(JSON.parse(body.toString('utf8'))) : null;
  }

  return async (ids) => {
    const waiting = [...ids];
    const found: Record<string, ContainerStats> = {};
    const worker = async () => {
      for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
        try {
          const stats = await read(id);
          if (stats !== null) found[id] = stats;
        } catch {
          // It is missing in the answer, which is what there is to tell; the next reading comes in seconds.
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, ids.length) }, worker));
    return found;
  };
}

/** The engine's reply is its own; whoever asked proves what is in it. */
function essence(
  reply: ContainerStats & { memory_stats: { stats?: Record<string, number> } },
): ContainerStats {
  const { usage, limit, stats = {} } = reply.memory_stats;
  const cache = stats['inactive_file'] ?? stats['total_inactive_file'];
  return {
    read: reply.read,
    cpu_stats: { cpu_usage: { total_usage: reply.cpu_stats.cpu_usage.total_usage } },
    memory_stats: {
      ...(usage !== undefined && { usage }),
      ...(limit !== undefined && { limit }),
      ...(cache !== undefined && { stats: { inactive_file: cache } }),
    },
    ...(reply.networks && {
      networks: Object.fromEntries(
        Object.entries(reply.networks).map(([name, { rx_bytes, tx_bytes }]) => [
          name,
          { rx_bytes, tx_bytes },
        ]),
      ),
    }),
    ...(reply.blkio_stats && {
      blkio_stats: { io_service_bytes_recursive: reply.blkio_stats.io_service_bytes_recursive ?? null },
    }),
  };
}
