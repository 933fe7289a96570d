import { type CopyTable, catalogue } from '../../../web/feature.ts';
import { alertMatters } from '../contract-matters.ts';

/** Every sentence of the pages about alerts; those of rules and channels stand in their own files. */
export const copy = catalogue('alerts', {
  title: 'Alerts',
  one: 'Alert',
  tabs: { incidents: 'Alerts', rules: 'Rules', channels: 'Channels' },
  loading: 'Loading the alerts',
  loadingOne: 'Loading the alert',
  back: 'All alerts',
  states: { open: 'Open', closed: 'Over', all: 'All' },
  state: 'Which alerts',
  severity: 'How grave',
  anySeverity: 'Any',
  severities: { critical: 'Critical', warning: 'Warning', info: 'To know' },
  search: 'Find in alerts, such as the name of an app',
  searchShort: 'Find',
  clearFilter: 'Show all',
  ofSubject: 'Only of one subject',
  none: {
    title: 'Nothing is wrong',
    text: 'No alert is open. Rules judge apps, disks and the machine every ten seconds.',
  },
  noHistory: { title: 'No alerts yet', text: 'What was wrong stays here for a year.' },
  noMatch: { title: 'No alert matches', text: 'Choose other words, or show all.' },
  lasted: (time: string) => `lasted ${time}`,
  isAcknowledged: 'Somebody looks after it',
  isSnoozed: 'Snoozed',
  isOpen: 'Open',
  closedBy: { recovered: 'Right again', gone: 'Gone', 'rule-changed': 'Rule changed' },
  acknowledge: 'I look after it',
  acknowledgeAll: 'I look after all of these',
  acknowledged: (count: number) => (count === 1 ? 'One alert is yours' : `${count} alerts are yours`),
  notAcknowledged: 'That was not kept',
  snooze: {
    label: 'Snooze',
    head: 'Tell nobody for',
    times: { 60: '1 hour', 240: '4 hours', 1440: '1 day', 10080: '1 week' },
    end: 'End the snooze',
    done: 'Nobody is told until then',
    ended: 'The snooze is over',
    failed: 'The snooze was not changed',
  },
  muteSubject: {
    label: 'Mute',
    head: 'Tell nobody of anything about this subject for',
    done: (name: string) => `${name} is muted`,
    failed: 'It was not muted',
  },
  facts: {
    title: 'Facts',
    rule: 'Rule',
    value: 'Measured',
    began: 'Began',
    ended: 'Ended',
    lasts: 'Duration',
    by: 'Looked after by',
    until: 'Snoozed until',
    nobody: 'Nobody yet',
    goingOn: 'goes on',
  },
  links: {
    title: 'Look there',
    subject: 'What it is about',
    logs: 'Its log',
    history: 'Its history',
    rules: 'The rules',
  },
  timeline: {
    title: 'What happened',
    kinds: {
      fired: 'It began',
      acknowledged: 'Looked after',
      snoozed: 'Snoozed',
      sent: 'Told',
      'not-sent': 'Could not be told',
      unknown: 'Nobody knows whether it was told',
      reminded: 'Told again',
      closed: 'It ended',
    },
  },
  told: {
    title: 'Who was told',
    none: 'No channel is set up, so only the bell rang.',
    messages: { firing: 'That it began', recovered: 'That it is over', reminder: 'Once more' },
    states: {
      waiting: 'Waits',
      sending: 'On its way',
      sent: 'Told',
      failed: 'Failed',
      unknown: 'Not known',
      dropped: 'Not needed',
    },
    due: 'due',
  },
  command: {
    open: 'Open alerts',
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

/** Error codes of this feature. */
export const errorCopy: CopyTable = catalogue('alerts.errors', {
  INCIDENT_CLOSED: { sentence: null, nextStep: 'It is over, so nobody is told of it any more.' },
  TOO_MANY_RULES: { sentence: null, nextStep: 'Remove one that is not needed any more.' },
  TOO_MANY_CHANNELS: { sentence: null, nextStep: 'Remove one that is not needed any more.' },
  TOO_MANY_SILENCES: { sentence: null, nextStep: 'End one that is not needed any more.' },
  TOO_MANY_DEVICES: { sentence: null, nextStep: 'Remove a device that you do not use any more.' },
  PUSH_HOST_NOT_ALLOWED: {
    sentence: null,
    nextStep: 'An admin can allow it in the settings, under Monitoring (NEBULA_PUSH_HOSTS).',
  },
  NOT_A_PERSON: { sentence: null, nextStep: 'Sign in as a person and try again.' },
});

/** What needs attention, by its code. */
export const matters = catalogue('alerts.matters', alertMatters);
