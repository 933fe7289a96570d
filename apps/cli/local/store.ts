import type { Database } from '@nebula/db';

type Pool = Database['pool'];

/** True when the cluster has a database of this name. */
export async function hasDatabase(pool: Pool, name: string): Promise<boolean> {
  const { rows } = await pool.query('select 1 from pg_database where datname = $1', [name]);
  return rows.length > 0;
}

/** True when the server has made its tables. */
export async function hasTables(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ ready: boolean }>(
    `select to_regclass('public.users') is not null and to_regclass('public.audit_entries') is not null as ready`,
  );
  return rows[0]?.ready === true;
}

/** Connections to this database beside the one that asks; call it before others are opened. */
export async function otherConnections(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ count: string }>(
    `select count(*) from pg_stat_activity
     where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`,
  );
  return Number(rows[0]?.count ?? 0);
}

/** Version of the server, such as `18.1`. */
export async function serverVersion(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ server_version: string }>('show server_version');
  return rows[0]?.server_version ?? '';
}
