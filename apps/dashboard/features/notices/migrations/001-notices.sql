create table notices (
  id uuid primary key,
  at timestamptz not null,
  -- Who sees it: one user, or everybody with a permission.
  user_id uuid,
  permission text,
  kind text not null,
  level text not null check (level in ('info', 'success', 'warning', 'danger')),
  subject text not null,
  detail text not null default '',
  href text,
  dedupe_key text,
  check ((user_id is null) <> (permission is null))
);
create unique index notices_once_per_user on notices (user_id, dedupe_key)
  where user_id is not null and dedupe_key is not null;
create unique index notices_once_per_permission on notices (permission, dedupe_key)
  where permission is not null and dedupe_key is not null;
create index notices_by_user on notices (user_id, id desc) where user_id is not null;
create index notices_by_age on notices (at);

-- Readers are users, or API keys that belong to none.
create table notice_marks (
  reader text primary key,
  read_up_to uuid not null
);

create table notice_reads (
  reader text not null,
  notice_id uuid not null references notices (id) on delete cascade,
  primary key (reader, notice_id)
);
create index notice_reads_of_notice on notice_reads (notice_id);
