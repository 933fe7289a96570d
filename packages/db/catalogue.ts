import type pg from 'pg';

/** Tables of a database in an order in which rows can be inserted: those that others refer to come first. */
export async function tablesOf(client: pg.PoolClient): Promise<{ schema: string; name: string }[]> {
  const { rows } = await client.query<{ oid: string; schema: string; name: string }>(
    `select c.oid::text as oid, n.nspname as schema, c.relname as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       and (n.nspname, c.relname) not in (('public', 'schema_migrations'), ('graphile_worker', 'migrations'))
     order by n.nspname, c.relname`,
  );
  const { rows: references } = await client.query<{ from: string; to: string }>(
    `select conrelid::oid::text as "from", confrelid::oid::text as "to"
     from pg_constraint where contype = 'f' and conrelid <> confrelid`,
  );
  const before = new Map(
    rows.map((row) => [row.oid, references.filter(({ from }) => from === row.oid).map(({ to }) => to)]),
  );
  const ordered: { schema: string; name: string }[] = [];
  const placed = new Set<string>();
  let waiting = rows;
  while (waiting.length > 0) {
    const ready = waiting.filter((row) =>
      (before.get(row.oid) ?? []).every((oid) => placed.has(oid) || !before.has(oid)),
    );
    if (ready.length === 0)
      throw new Error(`Tables refer to each other in a circle: ${waiting.map((row) => row.name).join(', ')}`);
    for (const { oid, schema, name } of ready) {
      placed.add(oid);
      ordered.push({ schema, name });
    }
    waiting = waiting.filter((row) => !placed.has(row.oid));
  }
  return ordered;
}

/** Columns that hold data of their own; generated ones are made again on insertion. */
export async function columnsOf(client: pg.PoolClient, schema: string, name: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select column_name as name from information_schema.columns
     where table_schema = $1 and table_name = $2 and is_generated = 'NEVER' order by ordinal_position`,
    [schema, name],
  );
  return rows.map((row) => row.name);
}

/** Where each sequence stands. */
export async function sequencesOf(client: pg.PoolClient) {
  const { rows } = await client.query<{ schema: string; name: string }>(
    `select schemaname as schema, sequencename as name from pg_sequences where schemaname !~ '^pg_' order by 1, 2`,
  );
  const sequences = [];
  for (const { schema, name } of rows) {
    const quoted = `"${schema.replaceAll('"', '""')}"."${name.replaceAll('"', '""')}"`;
    const { rows: values } = await client.query<{ value: string; isCalled: boolean }>(
      `select last_value::text as value, is_called as "isCalled" from ${quoted}`,
    );
    sequences.push({ schema, name, value: values[0]?.value ?? '1', isCalled: values[0]?.isCalled ?? false });
  }
  return sequences;
}
