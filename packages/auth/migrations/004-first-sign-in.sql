-- A first sign-in is on a new device by its nature; only later ones are worth a warning.
alter table users add column signed_in_at timestamptz;
update users set signed_in_at = created_at where exists (select 1 from sessions where sessions.user_id = users.id);
