-- Counts the changes of an account, so that two who edit it at once notice each other.
alter table users add column version integer not null default 1;

create unique index user_credentials_one_totp on user_credentials (user_id) where kind = 'totp';

-- A reset that also turns off second factors and passkeys.
alter table one_time_links add column clears_factors boolean not null default false;
create index one_time_links_by_purpose on one_time_links (purpose, id desc);

-- What was asked of somebody and is answered within minutes: the second half of a sign-in, a passkey's challenge, a TOTP
-- secret that is not confirmed yet, a sign-in at a provider. Each is found by a digest of a cookie or of whose it is.
create table challenges (
  key_sha256 bytea primary key,
  purpose text not null check (purpose in ('second-factor', 'passkey-sign-in', 'passkey-register', 'passkey-proof', 'totp', 'provider')),
  user_id uuid references users (id) on delete cascade,
  data text not null,
  failures integer not null default 0,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index challenges_by_expiry on challenges (expires_at);
create index challenges_of_user on challenges (user_id) where user_id is not null;
