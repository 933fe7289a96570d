import { account, people } from '../features/account/web/index.ts';
import { certificates } from '../features/certificates/web/index.ts';
import { apps } from '../features/apps/web/index.ts';
import { alerts } from '../features/alerts/web/index.ts';
import { audit } from '../features/audit/web/index.ts';
import { changes } from '../features/changes/web/index.ts';
import { containers } from '../features/containers/web/index.ts';
import { dns } from '../features/dns/web/index.ts';
import { domains } from '../features/domains/web/index.ts';
import { dyndns } from '../features/dyndns/web/index.ts';
import { history } from '../features/history/web/index.ts';
import { images } from '../features/images/web/index.ts';
import { jobs } from '../features/jobs/web/index.ts';
import { networks } from '../features/networks/web/index.ts';
import { volumes } from '../features/volumes/web/index.ts';
import { logs } from '../features/logs/web/index.ts';
import { notices } from '../features/notices/web/index.ts';
import { overview } from '../features/overview/web/index.ts';
import { settings } from '../features/settings/web/index.ts';
import { stacks } from '../features/stacks/web/index.ts';
import { system } from '../features/system/web/index.ts';
import { terminal } from '../features/terminal/web/index.ts';
import { tour } from '../features/tour/web/index.ts';
import type { WebFeature } from './feature.ts';

/** What the web consists of, in the order of the navigation; the first page of the first is the home page. */
export const features: WebFeature[] = [
  overview,
  containers,
  stacks,
  images,
  volumes,
  networks,
  apps,
  logs,
  terminal,
  system,
  history,
  changes,
  domains,
  certificates,
  dns,
  dyndns,
  alerts,
  jobs,
  audit,
  notices,
  settings,
  people,
  account,
  tour,
];
