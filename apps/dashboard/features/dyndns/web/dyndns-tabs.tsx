import { PageTabs, useMay } from '../../../web/feature.ts';
import { copy } from './copy.ts';

const tabs = [
  { path: '/dyndns', title: copy.tabs.routers },
  { path: '/dyndns/ddclient', title: copy.tabs.ddclient },
];

/** The way between the pages, for who may see both. */
export function DyndnsTabs() {
  return useMay('dyndns:take-over') ? <PageTabs label={copy.title} tabs={tabs} /> : null;
}
