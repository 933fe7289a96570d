-- A run may hold several targets: each has a row of its own.
alter table run_locks drop constraint run_locks_run_id_key;
create index run_locks_of_run on run_locks (run_id);

-- What a waiting run still needs, in the order in which it takes them; it is stuck on the first.
create table run_waits (
  run_id uuid not null references runs (id) on delete cascade,
  position integer not null,
  target text not null,
  primary key (run_id, position)
);
create index run_waits_by_target on run_waits (target, run_id);
insert into run_waits
  select id, 0, '[' || to_json(host_id)::text || ',' || to_json(target_type)::text || ',' || to_json(target_id)::text || ']'
  from runs where is_waiting;
drop index runs_waiting;
