create index domains_provider on domains ((dns ->> 'providerId'));
