create table runs (
  id uuid primary key,
  kind text not null,
  title text not null,
  host_id text not null,
  target_type text not null,
  target_id text not null,
  target_name text not null,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  request_id text not null,
  input text not null,
  state text not null
    check (state in ('queued', 'running', 'cancelling', 'undoing', 'succeeded', 'failed', 'cancelled', 'unknown')),
  outcome text check (outcome in ('failed', 'cancelled')),
  is_undone boolean,
  is_cancellable boolean not null,
  is_cancel_requested boolean not null default false,
  is_waiting boolean not null default false,
  fence bigint not null default 0,
  worker text,
  heartbeat bigint not null default 0,
  writes bigint not null default 0,
  error_code text,
  error_message text,
  look_step text,
  look_why text,
  look_next text,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz
);
create index runs_open on runs (id) where state in ('queued', 'running', 'cancelling', 'undoing');
create index runs_waiting on runs (host_id, target_type, target_id, id) where is_waiting;
create index runs_by_target on runs (target_type, target_id, id);
create index runs_by_kind on runs (kind, id);
create index runs_by_state on runs (state, id);

create table run_steps (
  run_id uuid not null references runs (id) on delete cascade,
  index integer not null,
  name text not null,
  title text not null,
  effect text not null check (effect in ('idempotent', 'observable', 'blind')),
  undo text not null check (undo in ('nothing', 'impossible', 'idempotent', 'observable', 'blind')),
  state text not null check (state in ('pending', 'intent', 'done', 'failed', 'unknown', 'skipped',
    'undo-intent', 'undone', 'undo-failed', 'undo-unknown')),
  attempt integer not null default 0,
  undo_attempt integer not null default 0,
  result text,
  error_code text,
  error_message text,
  started_at timestamptz,
  finished_at timestamptz,
  primary key (run_id, index)
);

create table run_locks (
  target text primary key,
  run_id uuid not null unique references runs (id) deferrable initially deferred
);
