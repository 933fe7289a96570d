import { catalogue } from '../../../web/feature.ts';
import { alertMatters } from '../contract-matters.ts';

/** The words that the navigation and the palette need before a page of this feature is opened; small, since every page loads them. */
export const menu = catalogue('alerts.menu', {
  title: 'Alerts',
  one: 'Alert',
  tabs: { incidents: 'Alerts', rules: 'Rules', channels: 'Channels' },
  command: {
    rules: 'Rules for alerts',
    channels: 'Channels for alerts',
    mute: 'Mute all alerts for an hour',
  },
  muteAll: {
    done: 'Nobody is told of alerts for an hour',
    failed: 'Alerts were not muted',
    reason: 'From the palette',
  },
});

/** What needs attention, by its code. */
export const matters = catalogue('alerts.matters', alertMatters);
