import { PageTabs } from '../../../web/feature.ts';
import { copy } from './copy.ts';

const tabs = [
  { path: '/jobs', title: copy.tabs.runs },
  { path: '/jobs/queue', title: copy.tabs.queue },
  { path: '/jobs/schedules', title: copy.tabs.schedules },
];

/** The way between runs, the queue and the schedules. */
export function JobsTabs() {
  return <PageTabs label={copy.title} tabs={tabs} />;
}
