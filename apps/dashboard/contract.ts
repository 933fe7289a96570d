import { about } from './features/about/contract.ts';
import { account } from './features/account/contract.ts';
import { apps } from './features/apps/contract.ts';
import { alerts } from './features/alerts/contract.ts';
import { audit } from './features/audit/contract.ts';
import { changes } from './features/changes/contract.ts';
import { containers } from './features/containers/contract.ts';
import { certificates } from './features/certificates/contract.ts';
import { domains } from './features/domains/contract.ts';
import { dns } from './features/dns/contract.ts';
import { dyndns } from './features/dyndns/contract.ts';
import { history } from './features/history/contract.ts';
import { hosts } from './features/hosts/contract.ts';
import { images } from './features/images/contract.ts';
import { volumes } from './features/volumes/contract.ts';
import { networks } from './features/networks/contract.ts';
import { jobs } from './features/jobs/contract.ts';
import { live } from './features/live/contract.ts';
import { logs } from './features/logs/contract.ts';
import { overview } from './features/overview/contract.ts';
import { system } from './features/system/contract.ts';
import { stacks } from './features/stacks/contract.ts';
import { terminal } from './features/terminal/contract.ts';
import { settings } from './features/settings/contract.ts';
import { notices } from './features/notices/contract.ts';
import { tour } from './features/tour/contract.ts';

/** Everything that the dashboard promises to its callers; the one export other apps may import. */
export const api = {
  about,
  account,
  apps,
  alerts,
  audit,
  changes,
  containers,
  certificates,
  domains,
  dns,
  dyndns,
  history,
  hosts,
  images,
  volumes,
  networks,
  jobs,
  live,
  logs,
  overview,
  stacks,
  system,
  terminal,
  settings,
  notices,
  tour,
};

/** Type of {@link api}, from which typed clients are made. */
export type DashboardApi = typeof api;

/** Name of the dashboard's database on the embedded PostgreSQL. */
export const dashboardDatabase = 'nebula_dashboard';
