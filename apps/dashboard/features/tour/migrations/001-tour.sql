-- Users who went through the first tour or skipped it.
create table tours_over (
  user_id uuid primary key references users (id) on delete cascade,
  over_at timestamptz not null
);
