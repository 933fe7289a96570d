import { catalogue } from '../../../web/feature.ts';
import { menu } from './menu-copy.ts';
import type { GapReason, Level } from '../contract.ts';

const levels: Record<Level, string> = {
  trace: 'Trace',
  debug: 'Debug',
  info: 'Info',
  warn: 'Warning',
  error: 'Error',
  fatal: 'Fatal',
};

const gaps: Record<GapReason, (lines: number) => string> = {
  'too-fast': (lines) => `${lines} lines are missing here: more came in a second than is taken`,
  'disk-full': (lines) => `${lines} lines are missing here: the disk was full`,
  'slow-reader': (lines) =>
    `${lines} lines were left out here: they came faster than this page takes them. They are kept; load the page again to see them`,
};

/** Every sentence of this feature's pages. */
export const copy = catalogue('logs', {
  ...menu,
  loading: 'Loading the apps',
  loadingLines: 'Loading lines',
  ofApp: (app: string) => `Logs of ${app}`,
  region: 'Log lines',
  apps: {
    choose: 'Apps',
    chosen: (n: number) => (n === 1 ? '1 app' : `${n} apps`),
    search: 'Search apps',
    running: 'running',
    stopped: 'stopped',
    gone: 'removed; its lines are kept',
    clear: 'Choose none',
    none: 'No app matches',
  },
  pick: {
    title: 'Whose lines?',
    text: 'Choose one app or several. Their lines are kept by name, so those from before a crash or an update are there too.',
  },
  empty: {
    title: 'No lines yet',
    text: 'Nothing was written since this app is followed. New lines show here at once.',
  },
  noMatch: { title: 'No line matches', text: 'There may be lines, but none fits what is chosen above.' },
  search: 'Search the lines',
  searchShort: 'Search',
  only: 'Only matching lines',
  pattern: 'Regular expression',
  found: (n: number) => (n === 1 ? '1 line matches' : `${n} lines match`),
  previous: 'Previous match (N)',
  next: 'Next match (n)',
  level: 'Level',
  anyLevel: 'Any level',
  andAbove: (level: string) => `${level} and graver`,
  levels,
  stream: 'Output',
  anyStream: 'Both outputs',
  streams: { stdout: 'Output', stderr: 'Errors' },
  since: 'Since',
  anySince: 'All that is kept',
  spans: { '15m': 'Last 15 minutes', '1h': 'Last hour', '6h': 'Last 6 hours', '24h': 'Last 24 hours' },
  wrap: 'Wrap long lines',
  announce: 'Announce new lines',
  more: 'Options',
  copy: 'Copy the lines',
  copied: (n: number) => `${n} lines copied`,
  copyRefused: 'The browser does not let this page copy. Mark the text instead.',
  download: 'Download',
  downloading: 'Collecting lines',
  downloadFailed: 'The lines could not be collected',
  toNewest: 'To the newest',
  waiting: (n: number) => (n === 1 ? '1 new line' : `${n} new lines`),
  held: 'Paused while you look back',
  lineLink: (time: string) => `Link to the line of ${time}`,
  linked: 'A linked line is shown with what stands around it.',
  linkedAt: 'The marked line is the last one before',
  goLive: 'Go on live',
  reconnecting:
    'The connection was lost. Lines go on when it is back; those that came meanwhile are fetched.',
  reconnected: 'The connection was lost here and is back; what came meanwhile follows',
  failed: 'The lines could not be loaded',
  again: 'Try again',
  older: 'Loading older lines',
  oldest: 'This is the beginning of what is kept',
  cut: (size: string) => `… ${size} more were cut off`,
  gaps,
  unreadable: (app: string) => `${app} cannot be followed.`,
  notKept: 'New lines are not kept',
  openAll: 'Open in Logs',
});
