import { catalogue } from '../../../web/feature.ts';
import { menu } from './menu-copy.ts';

/** Every sentence of this feature's page. */
export const copy = catalogue('audit', {
  ...menu,
  loading: 'Loading the audit',
  action: 'Action',
  actionHint: 'Action, such as containers.restart',
  outcome: 'Outcome',
  anyOutcome: 'Any outcome',
  outcomes: { done: 'Done', denied: 'Denied', failed: 'Failed' },
  span: 'Time',
  spans: { '1h': '1 h', '24h': '24 h', '7d': '7 d' },
  anyTime: 'Any time',
  from: 'From',
  to: 'To',
  clearFilter: 'Clear the filter',
  ofTarget: 'Only what was done to one target is shown.',
  ofActor: 'Only what one actor did is shown.',
  columns: { at: 'When', actor: 'Who', action: 'What', target: 'To what', outcome: 'Outcome', more: 'More' },
  sealed: 'Sealed: a later change would be noticed',
  notSealed: 'Not sealed yet; the next seal takes it in',
  none: {
    title: 'Nothing is recorded yet',
    text: 'Every change, and every attempt that was refused, is recorded here with who made it.',
  },
  noMatch: { title: 'No entry matches', text: 'There are entries, but none fits what is chosen above.' },
  details: (action: string) => `Details of ${action}`,
  closeDetails: 'Close',
  run: 'Open the run',
  facts: {
    actor: 'Who',
    target: 'To what',
    at: 'When',
    outcome: 'Outcome',
    code: 'Error code',
    requestId: 'Request',
    seal: 'Seal',
  },
  before: 'Before',
  after: 'After',
  actorKinds: {
    user: 'person',
    apiKey: 'API key',
    agent: 'agent',
    job: 'job',
    system: 'system',
    nobody: 'not signed in',
  },
  export: {
    action: 'Export',
    done: (entries: number) => `${entries} ${entries === 1 ? 'entry' : 'entries'} saved as a file`,
    cut: (entries: number) =>
      `Only the newest ${entries} entries are in the file; nebula audit list --all --json writes all`,
    failed: 'The audit could not be exported',
  },
  verify: {
    action: 'Verify',
    sound: 'The record is sound',
    soundText: (entries: number, seals: number) =>
      `${entries} entries under ${seals} ${seals === 1 ? 'seal' : 'seals'} were checked; none was changed, removed or inserted.`,
    broken: 'The record was tampered with',
    brokenText: (findings: number, entries: number) =>
      `${findings} ${findings === 1 ? 'finding' : 'findings'} in ${entries} entries. Compare with a backup; nothing was repaired.`,
    failed: 'The record could not be checked',
    kinds: {
      'entry-changed': 'Entry changed',
      'entry-inserted': 'Entry inserted',
      'entry-removed': 'Entry removed',
      'seal-changed': 'Seal changed',
      'seal-removed': 'Seal removed',
    },
    dismiss: 'Close the result',
  },
});
