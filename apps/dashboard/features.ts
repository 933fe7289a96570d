import { aboutFeature } from './features/about/index.ts';
import { accountFeature } from './features/account/index.ts';
import { appsFeature } from './features/apps/index.ts';
import { alertsFeature } from './features/alerts/index.ts';
import { auditFeature } from './features/audit/index.ts';
import { changesFeature } from './features/changes/index.ts';
import { containersFeature } from './features/containers/index.ts';
import { certificatesFeature } from './features/certificates/index.ts';
import { domainsFeature } from './features/domains/index.ts';
import { dnsFeature } from './features/dns/index.ts';
import { dyndnsFeature } from './features/dyndns/index.ts';
import { historyFeature } from './features/history/index.ts';
import { hostsFeature } from './features/hosts/index.ts';
import { imagesFeature } from './features/images/index.ts';
import { volumesFeature } from './features/volumes/index.ts';
import { networksFeature } from './features/networks/index.ts';
import { jobsFeature } from './features/jobs/index.ts';
import { liveFeature } from './features/live/index.ts';
import { logsFeature } from './features/logs/index.ts';
import { overviewFeature } from './features/overview/index.ts';
import { systemFeature } from './features/system/index.ts';
import { stacksFeature } from './features/stacks/index.ts';
import { terminalFeature } from './features/terminal/index.ts';
import { settingsFeature } from './features/settings/index.ts';
import { noticesFeature } from './features/notices/index.ts';
import { tourFeature } from './features/tour/index.ts';

/** The features of the dashboard, one line each. */
export const features = {
  about: aboutFeature,
  account: accountFeature,
  apps: appsFeature,
  alerts: alertsFeature,
  audit: auditFeature,
  changes: changesFeature,
  containers: containersFeature,
  certificates: certificatesFeature,
  domains: domainsFeature,
  dns: dnsFeature,
  dyndns: dyndnsFeature,
  history: historyFeature,
  hosts: hostsFeature,
  images: imagesFeature,
  volumes: volumesFeature,
  networks: networksFeature,
  jobs: jobsFeature,
  live: liveFeature,
  logs: logsFeature,
  overview: overviewFeature,
  stacks: stacksFeature,
  system: systemFeature,
  terminal: terminalFeature,
  settings: settingsFeature,
  notices: noticesFeature,
  tour: tourFeature,
};
