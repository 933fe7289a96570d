import { type CopyTable, catalogue } from '../../../web/feature.ts';
import { menu } from './menu-copy.ts';

/** Every sentence of this feature's page. */
export const copy = catalogue('volumes', {
  ...menu,
  text: 'Data that outlives containers. A volume is only removed by itself, under its typed name.',
  loading: 'Loading the volumes',
  search: 'Search names and projects',
  searchShort: 'Search',
  columns: {
    name: 'Name',
    size: 'Size',
    created: 'Made',
    usedBy: 'Used by',
    actions: 'Actions',
  },
  use: 'Use',
  uses: { any: 'All volumes', used: 'Used', unused: 'Unused', anonymous: 'Anonymous' },
  sort: 'Order',
  sorts: { name: 'By name', size: 'Largest first', created: 'Newest first' },
  none: { title: 'No volumes', text: 'Containers bring them along, or you make one.' },
  noMatch: { title: 'No volume matches', text: 'There are volumes, but none fits what is chosen above.' },
  nobody: 'Nobody',
  anonymous: 'Anonymous',
  anonymousHelp: 'The engine named it for one container; nobody chose the name.',
  notCounted: 'Not counted',
  count: 'Count sizes',
  countAgain: 'Count again',
  counted: 'Sizes were counted',
  neverCounted: 'Sizes are counted file by file, which takes long; so only when you ask.',
  countFailed: 'The sizes were not counted',
  menu: (name: string) => `Actions for ${name}`,
  details: 'Details',
  create: {
    command: menu.create,
    text: "It is empty and lies on the machine's own disk. To undo this, remove it again.",
    name: 'Name',
    nameHelp: 'Letters, digits, dots, dashes and underscores.',
    confirm: 'Make it',
    begun: (name: string) => `${name} is being made`,
  },
  remove: {
    command: 'Remove with its data',
    title: (name: string) => `Remove ${name} with all its data?`,
    text: 'Nothing brings its data back but a backup. Type its name to remove it.',
    used: (names: string) => `Used by ${names}; remove what uses it first`,
    begun: (name: string) => `${name} is being removed`,
    failed: 'The volume was not removed',
  },
  detail: {
    loading: 'Loading the volume',
    driver: 'Driver',
    place: 'Lies at',
    made: 'Made',
    size: 'Size',
    project: 'Project',
    usedBy: 'Used by',
    options: 'Options',
    labels: 'Labels',
  },
});

/** Error codes of this feature. */
export const errorCopy: CopyTable = catalogue('volumes.errors', {
  IN_USE: { sentence: null, nextStep: 'Nothing was removed.' },
  NAME_DIFFERS: { sentence: null, nextStep: 'Nothing was removed.' },
  NAME_TAKEN: { sentence: null, nextStep: 'Choose another name.' },
  TARGET_BUSY: { sentence: null, nextStep: 'Wait until it is done.' },
});
