import { catalogue, type CopyTable } from '../../../web/feature.ts';
import { menu } from './menu-copy.ts';

/** Every sentence of this feature's pages. */
export const copy = catalogue('stacks', {
  ...menu,
  loading: 'Looking for stacks',
  loadingOne: 'Reading the stack',
  back: 'All stacks',
  search: 'Filter by name or folder',
  searchShort: 'Filter',
  anyState: 'Any state',
  columns: { name: 'Stack', state: 'State', services: 'Services', folder: 'Folder' },
  states: {
    running: 'Running',
    partly: 'Runs in part',
    stopped: 'Stopped',
    'not-created': 'Not created',
    'file-missing': 'Files missing',
  },
  drifts: {
    edited: 'Edited since it was applied',
    invalid: 'Files are not valid',
  },
  elsewhere: 'Managed elsewhere',
  running: (running: number, services: number) => `${running} of ${services} run`,
  unhealthy: (count: number) => `${count} unhealthy`,
  none: {
    title: 'No stacks yet',
    text: 'A stack is a compose file and what it makes. New ones come from text or from a docker run line; those that run already are found by themselves.',
  },
  noMatch: { title: 'No stack matches', text: 'No name or folder has this in it.' },
  clearFilter: 'Clear the filter',
  gone: { title: 'There is no such stack', text: 'Neither a folder nor a container has this name any more.' },
  foreign: {
    title: 'The files of this stack are not managed here',
    text: 'It can be started, stopped and taken down, which needs no file. To edit it here, copy its files; the ones there stay as they are.',
    import: 'Copy its files here',
    cannot: 'It can be started, stopped and taken down, which needs no file.',
  },
  confirm: {
    stop: {
      title: (name: string) => `Stop ${name}?`,
      text: 'All its containers are stopped. They can be started again as they are.',
    },
    restart: { title: (name: string) => `Restart ${name}?`, text: 'Connections to its services are cut.' },
    down: {
      title: (name: string) => `Take ${name} down?`,
      text: 'Its containers and networks are removed. Its volumes and files stay, and bringing it up makes it again.',
    },
  },
  cancel: 'Cancel',
  services: {
    title: 'Services',
    none: 'No service is declared and none has containers.',
    notCreated: 'not created',
    edited: 'edited',
    undeclared: 'not in the files any more',
    logs: 'Logs',
    history: 'History',
    logsOf: (name: string) => `Logs of ${name}`,
    historyOf: (name: string) => `History of ${name}`,
    restart: (name: string) => `Restart ${name}`,
    published: (ports: string) => `Ports ${ports}`,
  },
  files: {
    title: 'Files',
    text: 'What stands on disk counts, whoever wrote it. A change made here keeps the version before.',
    choose: 'File',
    loading: 'Reading the file',
    loadingEditor: 'Loading the editor',
    masked: 'Secrets are left out. Editing shows them, and the audit remembers it.',
    edit: 'Edit',
    addEnv: 'Add a .env file',
    discard: 'Discard',
    review: 'Review changes',
    failed: 'The file was not opened',
    editor: (name: string) => `Text of ${name}`,
    unchanged: 'Nothing is changed yet.',
    keys: 'Tab indents; Esc and then Tab leaves the text. Ctrl+Space completes.',
  },
  review: {
    title: 'What changes',
    layout: 'How to show it',
    unified: 'One below the other',
    split: 'Side by side',
    save: 'Save only',
    apply: 'Save and bring up',
    keep: 'Go on editing',
    diff: (name: string) => `Changes in ${name}`,
    saveFailed: 'The file was not saved',
    problems: 'This keeps it from being brought up',
  },
  conflict: {
    title: 'The file was changed outside while you were editing',
    text: 'Both versions are below: what is on disk now on the left, yours on the right. Nothing is lost.',
    mine: 'Keep mine, on top of what is on disk',
    theirs: 'Take what is on disk',
  },
  check: {
    title: 'Check',
    busy: 'Checking',
    fine: 'Compose takes these files.',
    problem: (file: string, line: number | null) => (line === null ? file : `${file}, line ${line}`),
    images: 'Images',
    here: 'is here',
    toFetch: 'is fetched when it is brought up',
    ports: 'Ports',
    free: 'free',
    taken: (by: string) => `taken by ${by}`,
    failed: 'The files could not be checked',
  },
  gate: {
    title: 'The broker closes the gate',
    text: 'This asks for more power over the machine than stacks are given. Nothing is made until an administrator agrees.',
    never: 'What stands here with “never” is not made, whoever agrees.',
    neverRule: 'never',
    agree: 'I agree to exactly this, once',
    agreeHelp:
      'You will be asked to prove that it is you. Each grant is for one request and lives one minute.',
    notYours: 'Only an administrator can agree to this.',
    kinds: { service: 'Service', network: 'Network', volume: 'Volume' },
  },
  run: {
    title: 'What is being done',
    output: 'Output of compose',
    cut: 'The beginning is not kept any more.',
    empty: 'Compose has not said anything yet.',
    lost: 'The connection was lost; the page tries again.',
    follow: 'Close',
  },
  versions: {
    title: 'Versions',
    text: 'How the files were before each change made here.',
    loading: 'Reading the versions',
    none: 'Nothing was changed here yet.',
    why: {
      saved: 'before a save',
      applied: 'before a change was applied',
      'put-back': 'written, but put back because it failed',
      restored: 'before a version was restored',
      imported: 'before an import',
    },
    look: 'Compare',
    lookAt: (when: string) => `Compare with the version of ${when}`,
    compare: 'That version and what is on disk now',
    restore: 'Restore this version',
    restoreFailed: 'The version was not restored',
    close: 'Close',
  },
  runs: {
    title: 'What was done',
    loading: 'Reading the runs',
    none: 'Nothing was done here yet.',
    all: 'All runs',
  },
  runStates: {
    queued: 'waiting',
    running: 'running',
    cancelling: 'being cancelled',
    undoing: 'being taken back',
    succeeded: 'done',
    failed: 'failed',
    cancelled: 'cancelled',
    unknown: 'needs a look',
  },
  creating: {
    title: 'New stack',
    text: 'A name and a compose file. Everything that can be wrong is told before anything is made.',
    name: 'Name',
    nameHelp: 'Small letters, digits, dashes and underscores. It is the folder of its files, too.',
    from: 'Begin with',
    blank: 'A compose file',
    line: 'A docker run line',
    command: 'The docker run line',
    commandHelp: 'Nothing is run; the line becomes a compose file that you can read and change.',
    convert: 'Make a compose file of it',
    convertFailed: 'The line was not understood',
    compose: 'compose.yaml',
    env: '.env',
    envHelp: 'Variables of the compose file; kept in a file that only NebulaCommand reads.',
    write: 'Write the files only',
    submit: 'Create and bring up',
    failed: 'The stack was not made',
    notes: 'Look at this',
    again: 'Back to what you wrote',
  },
});

/** What the editor itself says, by its own words. */
export const editorPhrases = catalogue('stacks.editor', {
  Find: 'Find',
  Replace: 'Replace',
  next: 'next',
  previous: 'previous',
  all: 'all',
  'match case': 'match case',
  regexp: 'regexp',
  'by word': 'by word',
  replace: 'replace',
  'replace all': 'replace all',
  close: 'close',
  'current match': 'current match',
  'replaced match on line $': 'replaced match on line $',
  'replaced $ matches': 'replaced $ matches',
  'on line': 'on line',
  'Go to line': 'Go to line',
  go: 'go',
  Completions: 'Completions',
  Diagnostics: 'What is wrong',
  'No diagnostics': 'Nothing is wrong',
  'Control character': 'Control character',
});

/** A compose file to begin with; it is data, not text. */
export const firstCompose = `services:
  web:
    image: nginx:1.27
    restart: unless-stopped
    ports:
      - "127.0.0.1:8080:80"
`;

/** A line as people copy it; data too. */
export const exampleRun = 'docker run -d --name web -p 127.0.0.1:8080:80 nginx:1.27';

/** What this feature's own error codes mean. */
export const errorCopy: CopyTable = catalogue('stacks.errors', {
  TARGET_BUSY: { sentence: null, nextStep: 'Wait for the other run; it is on the page of the stack.' },
  FILE_CHANGED: { sentence: null, nextStep: 'Look at both versions and choose.' },
  STACK_EXISTS: { sentence: null, nextStep: 'Take another name, or open the one that is there.' },
  NOT_MANAGED: { sentence: null, nextStep: 'Use the verbs that need no file, or copy its files here.' },
  STACK_INVALID: { sentence: null, nextStep: 'Nothing was touched. Correct it and try again.' },
  GATE_CLOSED: {
    sentence: null,
    nextStep: 'Nothing was touched. Ask for less, or let an administrator agree.',
  },
});
