-- What is judged, and when it is told. `only` and `except` hold subjects; an empty `only` is all.
create table alert_rules (
  id uuid primary key,
  name text not null,
  kind text not null,
  is_on boolean not null default true,
  severity text not null check (severity in ('critical', 'warning', 'info')),
  only_subjects text[] not null default '{}',
  except_subjects text[] not null default '{}',
  threshold double precision not null,
  recover double precision not null,
  for_seconds integer not null,
  recover_seconds integer not null,
  remind_minutes integer not null default 0,
  -- Null is every channel.
  channel_ids uuid[],
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table alert_channels (
  id uuid primary key,
  name text not null,
  driver text not null,
  settings jsonb not null,
  -- Sealed by the vault under `alert-channel:<id>`.
  secrets text not null,
  place text not null,
  reach text not null check (reach in ('public', 'home', 'machine')),
  is_on boolean not null default true,
  least_severity text not null default 'info' check (least_severity in ('critical', 'warning', 'info')),
  last_outcome text check (last_outcome in ('sent', 'failed', 'unknown')),
  last_detail text not null default '',
  last_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

-- Browsers of people that are told. The endpoint is a secret of the browser's; sealed under `alert-device:<id>`.
create table alert_devices (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  name text not null,
  place text not null,
  endpoint_hash text not null unique,
  subscription text not null,
  created_at timestamptz not null,
  last_outcome text check (last_outcome in ('sent', 'failed', 'unknown')),
  last_detail text not null default '',
  last_at timestamptz
);
create index alert_devices_of_user on alert_devices (user_id, id);

-- One row each: quiet hours, and our own keys for push services.
create table alert_house (
  key text primary key,
  value text not null
);

create table alert_incidents (
  id uuid primary key,
  host_id text not null,
  -- The rule may be gone; what it was called stays.
  rule_id uuid not null,
  rule_name text not null,
  kind text not null,
  subject text not null,
  subject_name text not null,
  severity text not null check (severity in ('critical', 'warning', 'info')),
  summary text not null,
  path text not null,
  value double precision not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  closed_by text check (closed_by in ('recovered', 'gone', 'rule-changed')),
  acknowledged_at timestamptz,
  acknowledged_by text,
  snoozed_until timestamptz,
  reminded_at timestamptz
);
create unique index alert_incidents_open_once on alert_incidents (host_id, rule_id, subject) where closed_at is null;
create index alert_incidents_by_age on alert_incidents (opened_at);
create index alert_incidents_closed on alert_incidents (closed_at, id desc);

create table alert_entries (
  id uuid primary key,
  incident_id uuid not null references alert_incidents (id) on delete cascade,
  at timestamptz not null,
  kind text not null,
  detail text not null default '',
  actor text
);
create index alert_entries_of_incident on alert_entries (incident_id, id);

-- The outbox: a row is there before a message is sent, and says `sending` while it is under way.
create table alert_deliveries (
  id uuid primary key,
  incident_id uuid not null references alert_incidents (id) on delete cascade,
  target_kind text not null check (target_kind in ('channel', 'device')),
  target_id uuid not null,
  target_name text not null,
  message text not null check (message in ('firing', 'recovered', 'reminder')),
  -- Counts reminders; 0 for the others, which exist once.
  turn integer not null default 0,
  state text not null check (state in ('waiting', 'sending', 'sent', 'failed', 'unknown', 'dropped')),
  due_at timestamptz not null,
  attempts integer not null default 0,
  batch_id uuid,
  detail text not null default '',
  ended_at timestamptz,
  unique (incident_id, target_id, message, turn)
);
create index alert_deliveries_due on alert_deliveries (due_at) where state = 'waiting';
create index alert_deliveries_under_way on alert_deliveries (batch_id) where state = 'sending';

-- Times in which nobody is told: of a subject, of a rule, or (maintenance) of everything.
create table alert_silences (
  id uuid primary key,
  subject text,
  rule_id uuid,
  reason text not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  created_by text not null,
  created_at timestamptz not null
);
create index alert_silences_by_end on alert_silences (until_at);

-- Rules that are there from the first start; people change them or turn them off.
insert into alert_rules (id, name, kind, severity, threshold, recover, for_seconds, recover_seconds) values
  ('018f0000-0000-7000-8000-000000000001', 'Disk nearly full', 'disk', 'critical', 90, 87, 60, 60),
  ('018f0000-0000-7000-8000-000000000002', 'Disk fills within two days', 'disk-full-in', 'warning', 48, 72, 1800, 1800),
  ('018f0000-0000-7000-8000-000000000003', 'Memory nearly used up', 'memory', 'warning', 92, 85, 300, 60),
  ('018f0000-0000-7000-8000-000000000004', 'Docker does not answer', 'engine', 'critical', 1, 0, 30, 0),
  ('018f0000-0000-7000-8000-000000000005', 'App is down', 'down', 'critical', 1, 0, 20, 10),
  ('018f0000-0000-7000-8000-000000000006', 'App is unhealthy', 'unhealthy', 'warning', 1, 0, 60, 30),
  ('018f0000-0000-7000-8000-000000000007', 'App restarts again and again', 'restarts', 'critical', 3, 0, 0, 0),
  ('018f0000-0000-7000-8000-000000000008', 'App ran out of memory', 'out-of-memory', 'critical', 1, 0, 0, 0);
