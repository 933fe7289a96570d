import { type Page, pageWindow } from '@nebula/contract';
import { AppError } from '@nebula/errors';
import type { Host } from '@nebula/hosts';
import type { Context } from '@nebula/runtime';
import type { HostEntry } from './contract.ts';
import { type HostRow, hostById, hostsAfter } from './store.ts';

/** The verbs of machines; see README. */
export function createHosts({ local }: { local: Host }) {
  function shown(row: HostRow): HostEntry {
    const { bootedAt, ...identity } = local.identity();
    return {
      id: row.id,
      name: row.name ?? identity.hostname,
      driver: row.driver,
      createdAt: row.createdAt.toISOString(),
      identity: { ...identity, bootedAt: bootedAt?.toISOString() ?? null },
    };
  }

  return {
    async list(
      context: Context,
      query: { limit: number; cursor?: string | undefined },
    ): Promise<Page<HostEntry>> {
      const rows = await hostsAfter(context.sql, query.cursor ?? null, query.limit + 1);
      const { items, next } = pageWindow(rows, query.limit, (row) => row.id);
      return { items: items.map(shown), next };
    },

    async get(context: Context, id: string): Promise<HostEntry> {
      const row = await hostById(context.sql, id);
      if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such machine.');
      return shown(row);
    },
  };
}
