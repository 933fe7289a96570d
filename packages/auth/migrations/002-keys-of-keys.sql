-- The key with which a key was made; revoking one revokes what came from it.
alter table api_keys add column made_by uuid references api_keys (id) on delete cascade;
create index api_keys_made_by on api_keys (made_by) where made_by is not null;
