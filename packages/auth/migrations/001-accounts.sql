create table users (
  id uuid primary key,
  email text not null,
  name text not null,
  role text not null check (role in ('viewer', 'operator', 'admin')),
  created_at timestamptz not null,
  disabled_at timestamptz
);
create unique index users_email on users (email);

-- One row per way to prove who somebody is: password now; totp, passkey, recovery-code and oidc fit the same shape.
create table user_credentials (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  kind text not null check (kind in ('password', 'totp', 'passkey', 'recovery-code', 'oidc')),
  -- What the provider or authenticator calls it (credential id, issuer and subject); null where there is none.
  external_id text,
  secret text not null,
  data text not null default '{}',
  created_at timestamptz not null,
  last_used_at timestamptz
);
create unique index user_credentials_one_password on user_credentials (user_id) where kind = 'password';
create unique index user_credentials_external on user_credentials (kind, external_id) where external_id is not null;
create index user_credentials_of_user on user_credentials (user_id);

create table sessions (
  id uuid primary key,
  token_sha256 bytea not null unique,
  user_id uuid not null references users (id) on delete cascade,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  stepped_up_at timestamptz,
  revoked_at timestamptz,
  user_agent text not null,
  address text not null
);
create index sessions_of_user on sessions (user_id, id desc);

create table api_keys (
  id uuid primary key,
  token_sha256 bytea not null unique,
  -- The first characters of the key, so that a person can tell keys apart.
  hint text not null,
  user_id uuid references users (id) on delete cascade,
  name text not null,
  role text not null check (role in ('viewer', 'operator', 'admin')),
  scopes text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_keys_of_user on api_keys (user_id, id desc);

-- Links that work once: the set-up of the first account now; invitations and resets fit the same shape.
create table one_time_links (
  id uuid primary key,
  purpose text not null check (purpose in ('set-up', 'invitation', 'reset')),
  token_sha256 bytea not null unique,
  email text,
  role text,
  created_by uuid references users (id) on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table sign_in_throttle (
  key text primary key,
  failures integer not null,
  last_failure_at timestamptz not null,
  blocked_until timestamptz
);
create index sign_in_throttle_by_time on sign_in_throttle (last_failure_at);
