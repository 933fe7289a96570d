-- How each schedule's last run ended; the queue itself forgets a job that succeeded.
create table job_schedules (
  name text primary key,
  last_started_at timestamptz not null,
  last_finished_at timestamptz not null,
  succeeded boolean not null,
  error text
);
