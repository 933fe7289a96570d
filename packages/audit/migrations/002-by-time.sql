-- For a span of time; ids are nearly in order of time, but not when the clock was set back.
create index audit_entries_by_time on audit_entries (at, id desc);
