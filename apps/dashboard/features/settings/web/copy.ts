import { catalogue, type CopyTable } from '../../../web/feature.ts';
import { menu } from './menu-copy.ts';

/** Every sentence of this feature's pages. */
export const copy = catalogue('settings', {
  ...menu,
  loading: 'Loading the settings',
  intro: 'What the environment gives wins and is changed there. Everything else can be changed here.',
  restart: {
    title: (count: number) =>
      count === 1 ? 'One setting waits for a restart' : `${count} settings wait for a restart`,
    text: 'Stop NebulaCommand and start it again, or run this on the server when it is a service:',
    command: 'systemctl restart nebula',
    copy: 'Copy the command',
    pill: 'Needs a restart',
  },
  sources: { environment: 'From the environment', stored: 'Set here', default: 'Default' },
  atStart: 'Needed at start: only the environment gives it.',
  isSecretSet: 'A value is set. It is never shown; enter another to replace it.',
  isSecretUnset: 'No value is set.',
  live: 'Works at once.',
  later: 'Works after a restart.',
  listHelp: 'Separate several with commas.',
  range: (minimum: number, maximum: number | null) =>
    maximum === null ? `At least ${minimum}.` : `From ${minimum} to ${maximum}.`,
  nothing: 'Nothing',
  on: 'On',
  off: 'Off',
  save: 'Save',
  saved: (variable: string) => `${variable} is saved`,
  reset: 'Back to the default',
  resetLabel: (variable: string) => `Set ${variable} back to the default`,
  wasReset: (variable: string) => `${variable} has its default again`,
  failed: 'The setting was not changed',
  conflict: {
    title: (variable: string) => `${variable} was changed meanwhile`,
    theirs: 'Now',
    yours: 'Yours',
    takeTheirs: 'Take what is there',
    keepMine: 'Save mine over it',
    secret: 'A secret, never shown',
  },
  search: 'Search the settings',
  noMatch: { title: 'No setting matches', text: 'Try another word, or part of a name such as LOG.' },
});

/** Error codes of this feature. */
export const errorCopy: CopyTable = catalogue('settings.errors', {
  CONFLICT: {
    sentence: 'Somebody else changed this setting in the meantime.',
    nextStep: 'What is there now is shown. Nothing was changed.',
  },
  SETTING_FIXED: {
    sentence: 'This setting cannot be changed here.',
    nextStep: 'Change it in the environment of the server and start it again.',
  },
});
