create table hosts (
  id text primary key check (id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  -- What people call it; null for its own host name.
  name text,
  driver text not null check (driver in ('local')),
  created_at timestamptz not null default now()
);
insert into hosts (id, driver) values ('local', 'local');
