-- A reset also revokes the account's API keys unless whoever made the link said otherwise.
alter table one_time_links add column keeps_keys boolean not null default false;
-- Invitations end with the role of whoever made them.
create index one_time_links_by_maker on one_time_links (created_by) where created_by is not null;
