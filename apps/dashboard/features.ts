import { aboutFeature } from './features/about/index.ts';
import { accountFeature } from './features/account/index.ts';
import { auditFeature } from './features/audit/index.ts';
import { containersFeature } from './features/containers/index.ts';
import { jobsFeature } from './features/jobs/index.ts';
import { liveFeature } from './features/live/index.ts';
import { settingsFeature } from './features/settings/index.ts';
import { noticesFeature } from './features/notices/index.ts';
import { tourFeature } from './features/tour/index.ts';

/** The features of the dashboard, one line each. */
export const features = {
  about: aboutFeature,
  account: accountFeature,
  audit: auditFeature,
  containers: containersFeature,
  jobs: jobsFeature,
  live: liveFeature,
  settings: settingsFeature,
  notices: noticesFeature,
  tour: tourFeature,
};
