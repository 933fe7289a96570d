import { catalogue } from './catalogue.ts';

/** Every sentence that the parts themselves say. */
export const texts = catalogue('ui', {
  cancel: 'Cancel',
  close: 'Close',
  copied: 'Copied',
  copyRefused: 'The browser refused to copy; select the text instead',
  tryAgain: 'Try again',
  request: 'Request',
  copyRequest: 'Copy the request id',
  optional: '(optional)',
  remove: (what: string) => `Remove: ${what}`,
  row: (n: number) => `row ${n}`,
  on: 'On',
  off: 'Off',
  stillWorking: 'Still loading. The server takes longer than usual.',
  stop: 'Stop waiting',
  justNow: 'just now',
  ago: (span: string) => `${span} ago`,
  ahead: (span: string) => `in ${span}`,
  diff: {
    same: 'Both are the same.',
    removed: 'removed',
    added: 'added',
    hidden: (count: number) => (count === 1 ? '1 line is the same' : `${count} lines are the same`),
    unfold: 'Show all lines',
    fold: 'Show what changed',
  },
  spans: {
    s: (count: number) => `${count} s`,
    min: (count: number) => `${count} min`,
    hour: (count: number) => (count === 1 ? '1 hour' : `${count} hours`),
    day: (count: number) => (count === 1 ? '1 day' : `${count} days`),
    month: (count: number) => (count === 1 ? '1 month' : `${count} months`),
    year: (count: number) => (count === 1 ? '1 year' : `${count} years`),
  },
});
