-- Who gets in by a password: usernames and bcrypt hashes.
alter table domains add column accounts jsonb not null default '[]';
