import { PageTabs } from '../../../web/feature.ts';
import { copy } from './copy.ts';

const tabs = [
  { path: '/dns', title: copy.tabs.zones },
  { path: '/dns/providers', title: copy.tabs.providers },
  { path: '/dns/changes', title: copy.tabs.changes },
];

/** The way between zones, providers and changes. */
export function DnsTabs() {
  return <PageTabs label={copy.title} tabs={tabs} />;
}
