import { PageTabs } from '../../../web/feature.ts';
import { copy } from './copy.ts';

const tabs = [
  { path: '/alerts', title: copy.tabs.incidents },
  { path: '/alerts/rules', title: copy.tabs.rules },
  { path: '/alerts/channels', title: copy.tabs.channels },
];

/** The way between alerts, their rules and where they are told. */
export function AlertsTabs() {
  return <PageTabs label={copy.title} tabs={tabs} />;
}
