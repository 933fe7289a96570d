import { catalogue } from '../../../web/feature.ts';
import { menu } from './menu-copy.ts';

/** Every sentence of this feature's pages. */
export const copy = catalogue('history', {
  ...menu,
  loading: 'Loading the history',
  subject: 'What to look at',
  groups: { host: 'Machine', app: 'Apps', disk: 'Disks', sensor: 'Sensors' },
  host: 'The machine',
  ranges: {
    label: 'How far back',
    hour: '1 hour',
    quarter: '6 hours',
    day: '24 hours',
    week: '7 days',
    month: '30 days',
    year: '1 year',
  },
  chosen: (from: string, to: string) => `${from} to ${to}`,
  appPage: 'Page of the app',
  zoomOut: 'Back to the whole span',
  zoomHelp: 'Drag over a chart to look closer.',
  compare: 'Compare with the span before',
  metrics: {
    cpu: 'CPU',
    memory: 'Memory',
    received: 'Received',
    sent: 'Sent',
    read: 'Read from disks',
    written: 'Written to disks',
    load: 'Load',
    swap: 'Swap',
    used: 'Used',
    temperature: 'Temperature',
  },
  units: { cores: 'percent of one core', machine: 'percent of all cores' },
  newest: 'Newest',
  mean: 'Mean',
  most: 'Most',
  before: 'Mean before',
  change: (percent: string) => `${percent} against the span before`,
  summary: (name: string, newest: string, mean: string, most: string) =>
    `${name}: newest ${newest}, mean ${mean}, most ${most}`,
  perSecond: (text: string) => `${text}/s`,
  celsius: (degrees: string) => `${degrees} °C`,
  step: (span: string) => `One point for each ${span}`,
  none: {
    title: 'No figures yet',
    text: 'The first ones stand here within a minute. From then on they are kept for two years, coarser with age.',
  },
  nothingInSpan: 'There are no figures in this span.',
  gone: {
    title: 'This has no history',
    text: 'It was never measured, or its figures were old enough to be removed. Choose something else above.',
  },
});
