-- Whether what a person wants was changed after the last run took it up.
alter table domains add column is_changed boolean not null default false;
