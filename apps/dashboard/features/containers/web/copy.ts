import { catalogue, type CopyTable } from '../../../web/feature.ts';

/** Every sentence of this feature's pages. */
export const copy = catalogue('containers', {
  title: 'Containers',
  one: 'Container',
  loading: 'Loading the containers',
  loadingOne: 'Loading the container',
  search: 'Search by name, image or project',
  searchShort: 'Search',
  state: 'State',
  anyState: 'Any state',
  clearFilter: 'Clear the filter',
  columns: {
    name: 'Name',
    image: 'Image',
    state: 'State',
    cpu: 'CPU',
    memory: 'Memory',
    ports: 'Ports',
    actions: 'Actions',
  },
  none: {
    title: 'No containers yet',
    text: 'Whatever runs on this machine’s Docker engine appears here by itself, however it was started.',
  },
  noMatch: {
    title: 'No container matches',
    text: 'There are containers, but none fits the search and state chosen above.',
  },
  noEngine: 'The container engine does not answer',
  noEngineList: {
    title: 'Nothing to show without the engine',
    text: 'As soon as the engine answers, the containers appear here by themselves.',
  },
  restart: {
    command: 'Restart',
    help: 'Cannot be undone',
    title: (name: string) => `Restart ${name}?`,
    text: 'It stops and starts again. Its connections are cut for some seconds, and that cannot be undone. Data in volumes stays.',
    confirm: 'Restart',
    failed: (name: string) => `${name} was not restarted`,
  },
  menu: (name: string) => `Actions for ${name}`,
  details: 'Details',
  auditTrail: 'What was done to it',
  noFigure: 'no figure',
  perCore: 'Percent of one core',
  noLimit: 'no limit',
  ofLimit: (limit: string) => `of ${limit}`,
  sparkline: (name: string, figure: string) => `${name} over the last minutes, now ${figure}`,
  copyId: 'Copy the whole id',
  terms: { project: 'Project', service: 'Service', created: 'Created', id: 'Id' },
  onlyOnServer: 'Reachable on the server itself only',
  notPublished: 'Not published to the outside',
  noPorts: 'None',
  gone: {
    title: 'This container is gone',
    text: 'It was removed, or made anew under another id, as an update does.',
    back: 'To all containers',
  },
  facts: 'Facts',
  live: 'Right now',
  liveText: 'The last minutes, kept in this tab only.',
  notRunning: 'It does not run, so there are no figures.',
  runs: 'Last runs',
  noRuns: 'Nothing was done to this container from here yet.',
  allRuns: 'All runs of it',
  runStates: {
    queued: 'Waiting',
    running: 'Running',
    cancelling: 'Cancelling',
    undoing: 'Undoing',
    succeeded: 'Done',
    failed: 'Failed',
    cancelled: 'Cancelled',
    unknown: 'Look here',
  },
  loadingRuns: 'Loading the last runs',
});

/** Error codes of this feature. */
export const errorCopy: CopyTable = catalogue('containers.errors', {
  TARGET_BUSY: {
    sentence: 'Something else is being done to this container just now.',
    nextStep: 'Wait until that run ends (see Jobs), then try again.',
  },
});
