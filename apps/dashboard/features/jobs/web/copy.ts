import { catalogue, type CopyTable } from '../../../web/feature.ts';

/** Every sentence of this feature's pages. */
export const copy = catalogue('jobs', {
  title: 'Jobs',
  one: 'Run',
  loading: 'Loading the runs',
  loadingOne: 'Loading the run',
  state: 'State',
  anyState: 'Any state',
  clearFilter: 'Clear the filter',
  ofTarget: 'Only runs of one target are shown.',
  columns: { title: 'Run', state: 'State', target: 'Target', by: 'Started by', at: 'Started', took: 'Took' },
  none: {
    title: 'Nothing was run yet',
    text: 'Whatever changes a container or the machine appears here with every step it took.',
  },
  noMatch: { title: 'No run matches', text: 'There are runs, but none fits what is chosen above.' },
  steps: 'Steps',
  noSteps: 'The steps are being planned.',
  waits: 'Another run is at work on the same target. This one begins when that has ended.',
  cancelRequested: 'It stops after the current step and then takes back what it did.',
  facts: 'Facts',
  target: 'Target',
  by: 'Started by',
  started: 'Started',
  took: 'Took',
  goingOn: 'so far',
  requestId: 'Request',
  copyRequest: 'Copy the request id',
  undone: 'All that had been done was undone.',
  notUndone: 'Not everything could be undone: look at the steps below.',
  cancel: {
    action: 'Cancel',
    title: 'Cancel this run?',
    text: 'It stops after the current step and undoes what it did, where that is possible.',
    confirm: 'Cancel the run',
    keep: 'Let it run',
    failed: 'The run was not cancelled',
  },
  resolve: {
    title: 'Look here: did it happen?',
    undoTitle: 'Look here: was it taken back?',
    text: 'Repeating it blindly could do it twice. Say what you found; the run goes on from there.',
    done: 'It happened',
    notDone: 'It did not happen',
    failed: 'Your answer was not taken',
    notYours: 'Somebody with the operator role has to look and answer.',
  },
  attempt: (count: number) => `try ${count}`,
  back: 'All runs',
});

/** Error codes of this feature. */
export const errorCopy: CopyTable = catalogue('jobs.errors', {
  RUN_NOT_CANCELLABLE: {
    sentence: 'The run has ended already or cannot be cancelled.',
    nextStep: 'Nothing is left to cancel.',
  },
  RUN_NOT_UNKNOWN: {
    sentence: 'Somebody has answered this already.',
    nextStep: 'The run shows what became of it.',
  },
});
