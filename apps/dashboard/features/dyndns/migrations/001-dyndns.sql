-- Passwords of routers; only the digest is kept.
create table dyndns_tokens (
  id uuid primary key,
  label text not null,
  token_sha256 bytea not null unique,
  -- The first characters, so that a person can tell tokens apart.
  hint text not null,
  made_by text not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  -- The address it was used from, and what was answered.
  last_from text,
  last_answer text,
  -- What kind of address it sent where that was refused.
  last_refused text
);

-- Names that somebody leads: a router with a token, or this machine after its own public address. One updater per name.
create table dyndns_names (
  id uuid primary key,
  name text not null unique,
  token_id uuid references dyndns_tokens (id) on delete cascade,
  provider_id uuid not null,
  zone text not null,
  -- The newest address of each type, and the run that writes each.
  wanted jsonb not null,
  runs jsonb not null,
  state text not null check (state in ('idle', 'queued', 'done', 'failed')),
  problem text,
  attempts integer not null,
  next_try_at timestamptz,
  -- Counts wishes and looks, so that a look at what is old changes nothing.
  version integer not null,
  asked_at timestamptz,
  settled_at timestamptz,
  created_at timestamptz not null
);
create index dyndns_names_of_token on dyndns_names (token_id);
create index dyndns_names_by_state on dyndns_names (state, name);
