create table audit_entries (
  id uuid primary key,
  at timestamptz not null,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  action text not null,
  target_type text not null,
  target_id text not null,
  target_name text not null,
  host_id text not null,
  request_id text not null,
  run_id uuid,
  outcome text not null check (outcome in ('done', 'denied', 'failed')),
  code text,
  details text not null,
  mac bytea not null,
  seal_no bigint
);
create index audit_entries_unsealed on audit_entries (id) where seal_no is null;
create index audit_entries_by_seal on audit_entries (seal_no, id);
create index audit_entries_by_target on audit_entries (target_type, target_id, id desc);
create index audit_entries_by_actor on audit_entries (actor_id, id desc);
create index audit_entries_by_action on audit_entries (action, id desc);

create table audit_seals (
  no bigint primary key,
  at timestamptz not null,
  entries integer not null,
  digest bytea not null,
  previous bytea not null,
  mac bytea not null
);

-- A guard against accidents; what a person with the database's password does is found by `nebula audit verify`.
create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and tg_table_name = 'audit_entries' and old.seal_no is null
     and to_jsonb(new) - 'seal_no' = to_jsonb(old) - 'seal_no' then
    return new;
  end if;
  raise exception 'the audit is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_entries_append_only before update or delete on audit_entries
  for each row execute function audit_is_append_only();
create trigger audit_seals_append_only before update or delete on audit_seals
  for each row execute function audit_is_append_only();
