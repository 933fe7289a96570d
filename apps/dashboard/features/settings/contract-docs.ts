/** What each setting of the dashboard is, in a sentence, by its variable: said by the server and by the web alike. */
export const settingDocs = {
  NEBULA_DATA: 'Directory of all data; set by the launcher',
  NEBULA_RUNTIME: 'Directory of sockets; set by the launcher',
  NEBULA_BROKER_DIR: "Directory of the broker's sockets; set by the launcher",
  HOST: 'Address to listen on',
  PORT: 'Port to listen on',
  NEBULA_TLS_CERT: 'File with the TLS certificate chain (PEM)',
  NEBULA_TLS_KEY: 'File with the TLS private key (PEM)',
  NEBULA_TLS_AUTHORITY: 'File with the certificate of our own authority, offered for download',
  DATABASE_URL: 'Your own PostgreSQL 15 or newer; the embedded one when left out',
  NEBULA_ALLOWED_HOSTS: 'Further host names under which people reach NebulaCommand, separated by commas',
  NEBULA_LAN_HOSTS: 'Names and addresses of --lan, IPv6 in brackets; set by the launcher',
  NEBULA_ALLOWED_ORIGINS: 'Further origins that may call the API, such as https://host.example',
  NEBULA_TRUSTED_PROXIES: 'Addresses of proxies whose X-Forwarded headers are believed',
  NEBULA_REQUESTS_PER_MINUTE: 'Requests per minute and caller',
  NEBULA_SAMPLE_SECONDS: 'Seconds between two readings of live figures',
  NEBULA_IMAGE_CHECK_HOURS: 'Hours between two checks of all images against their registries; 0 is never',
  NEBULA_LOG_MIB: 'MiB of lines that are kept of each app, compressed; the oldest go first',
  NEBULA_LOG_TOTAL_MIB: 'MiB of lines that are kept of all apps together',
  NEBULA_TERMINAL_IDLE_MINUTES:
    'Minutes without a key pressed or a character shown after which a terminal is ended',
  NEBULA_KEEP_CHANGES_DAYS:
    'Days that starts, ends and updates of containers are kept, to be shown beside figures',
  NEBULA_STACK_ROOTS:
    'Further directories whose folders are compose stacks, such as /srv/stacks, separated by commas',
  NEBULA_COMPOSE:
    'File of the program docker-compose, version 2; looked for where packages put it when left out',
  NEBULA_KEEP_RUNS_DAYS:
    'Days that ended runs are kept with their steps; the audit keeps who did what for good',
  NEBULA_UNITS:
    'Units of systemd that operators may start, stop and restart, such as smbd.service,docker-*.service; read by the broker',
  NEBULA_OIDC_ISSUER: 'Address of an OpenID Connect provider at which people may sign in too',
  NEBULA_OIDC_CLIENT_ID: 'What the sign-in provider calls NebulaCommand',
  NEBULA_OIDC_CLIENT_SECRET: 'Secret that the sign-in provider gave out; left out for a public client',
  NEBULA_OIDC_NAME: 'What the sign-in button calls the provider',
  NEBULA_OIDC_ALLOWED_EMAILS:
    'Addresses, or domains such as @example.com, that may make themselves a viewer account by signing in there',
  NEBULA_OIDC_ROLE_CLAIM: 'Claim of the provider that holds groups',
  NEBULA_OIDC_ROLES:
    'Groups that may make themselves an account, and the role each sign-in there gives, such as family=viewer,admins=admin',
  NEBULA_CADDY_ADMIN:
    'Unix socket of Caddy’s admin API, /run/caddy/admin.sock when empty; read by the broker',
  NEBULA_ACME_DIRECTORIES:
    'ACME directories of the authorities that certificates come from, in order; when empty those of the reverse proxy, and for orders from here Let’s Encrypt and, with NEBULA_ACME_EMAIL, ZeroSSL',
  NEBULA_ACME_EMAIL:
    'Address that authorities write to about certificates; ZeroSSL, the second authority, is asked only when it is set',
  NEBULA_ACME_ROOT:
    'File with the root of a private authority’s own HTTPS, where the reverse proxy can read it',
  NEBULA_ACME_STAGING:
    'ACME directory at which orders are rehearsed after several failed; the authority’s own one for tests when empty',
  NEBULA_ACME_EXTERNAL_ACCOUNTS:
    'Accounts that authorities know from elsewhere, each as host, key id and key with spaces between, such as acme.example.com kid1 a2V5',
  NEBULA_TRUSTED_ROOTS:
    'PEM file of authorities that are trusted besides the usual ones when certificates are checked',
  NEBULA_CERTIFICATE_WAIT_SECONDS:
    'Seconds that a run waits for a certificate before it takes back what it did',
  NEBULA_PUBLIC_ADDRESSES:
    'Addresses that names lead to, instead of those at which the internet sees this machine',
  NEBULA_DNS_RESOLVERS:
    'Addresses of resolvers that are asked whether DNS changes have arrived, such as 1.1.1.1,8.8.8.8; those of the machine when left out',
  NEBULA_DNS_PORT: 'Port at which authoritative name servers are asked',
  NEBULA_ADDRESS_SOURCES:
    'Who tells our public address, with the family it is asked for, such as 4=https://api.ipify.org/,6=https://api6.ipify.org/',
  NEBULA_NEW_KEYS: 'Go on with new keys although the audit was sealed with others',
  NEBULA_LOG_LEVEL: 'Least urgent level that is logged',
};

/** The headings that settings stand under. */
export const settingGroups = {
  Data: 'Data',
  Network: 'Network',
  Monitoring: 'Monitoring',
  'Signing in': 'Signing in',
  Domains: 'Domains',
  General: 'General',
};
