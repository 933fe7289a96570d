import { catalogue, type CopyTable } from '../../../web/feature.ts';
import { jobMatters } from '../contract-matters.ts';

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
  tabs: { runs: 'Runs', queue: 'Queue', schedules: 'Schedules' },
  queue: {
    title: 'Queue',
    loading: 'Loading the queue',
    states: {
      waiting: 'Waiting',
      planned: 'Planned',
      running: 'Running',
      retrying: 'Trying again',
      dead: 'Given up',
    },
    columns: { name: 'Job', state: 'State', tries: 'Tries', due: 'Due', actions: 'Actions' },
    tries: (done: number, most: number) => `${done} of ${most}`,
    counts: (running: number, waiting: number, dead: number) =>
      `${running} running, ${waiting} waiting, ${dead} given up`,
    none: {
      title: 'The queue is empty',
      text: 'Background work waits here for a moment, and stays only when it failed.',
    },
    noMatch: { title: 'No job is in this state', text: 'Choose another state above, or clear the filter.' },
    retry: { action: 'Try again', done: 'The job runs again', failed: 'The job was not started again' },
    discard: {
      action: 'Discard',
      title: (name: string) => `Discard ${name}?`,
      text: 'What the job was to do is left undone. The audit keeps that it was discarded.',
      confirm: 'Discard the job',
      failed: 'The job was not discarded',
    },
  },
  schedules: {
    title: 'Schedules',
    loading: 'Loading the schedules',
    columns: { name: 'Schedule', every: 'Every', next: 'Next', last: 'Last run', actions: 'Actions' },
    every: (span: string) => `Every ${span}`,
    notYet: 'Not run yet',
    succeeded: 'Done',
    failed: 'Failed',
    run: {
      action: 'Run now',
      label: (name: string) => `Run now: ${name}`,
      done: 'It runs now',
      failed: 'It was not started',
    },
    none: { title: 'Nothing is scheduled', text: 'Parts that work by the clock appear here.' },
    names: {
      'account.remove-spent': 'Removes ended sessions and used links',
      'audit.seal': 'Seals new audit entries',
      'containers.forget-drafts': 'Forgets containers that were asked for and never made',
      'events.remove-old': 'Removes delivered events of the live stream',
      'history.remove-old': 'Removes figures that are kept long enough',
      'images.check-all': 'Asks registries for newer images',
      'jobs.remove-old-runs': 'Removes runs that ended long ago',
      'notices.remove-old': 'Removes notices that are older than 90 days',
    } as Readonly<Record<string, string | undefined>>,
  },
  states: {
    queued: 'Waiting',
    running: 'Running',
    cancelling: 'Cancelling',
    undoing: 'Undoing',
    succeeded: 'Done',
    failed: 'Failed',
    cancelled: 'Cancelled',
    unknown: 'Look here',
  },
  stepStates: {
    pending: 'Waiting',
    running: 'Running',
    done: 'Done',
    failed: 'Failed',
    unknown: 'Look here',
    undoing: 'Undoing',
    undone: 'Undone',
    undoFailed: 'Could not be undone',
    skipped: 'Not run',
  },
  progressOf: (step: string) => `Progress: ${step}`,
  attempt: (count: number) => `try ${count}`,
  back: 'All runs',
});

/** Error codes of this feature. */
export const errorCopy: CopyTable = catalogue('jobs.errors', {
  RUN_NOT_CANCELLABLE: {
    sentence: 'The run has ended already or cannot be cancelled.',
    nextStep: 'Nothing is left to cancel.',
  },
  JOB_NOT_RETRYABLE: {
    sentence: 'The job is at work or has left the queue.',
    nextStep: 'The list shows what became of it.',
  },
  JOB_NOT_DEAD: {
    sentence: 'The job was not given up.',
    nextStep: 'Only a job whose last try failed can be discarded.',
  },
  RUN_NOT_UNKNOWN: {
    sentence: 'Somebody has answered this already.',
    nextStep: 'The run shows what became of it.',
  },
});

/** What may need attention, for the overview. */
export const matters = catalogue('jobs.matters', jobMatters);
