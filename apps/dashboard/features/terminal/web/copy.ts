import { catalogue, type CopyTable } from '../../../web/feature.ts';
import { menu } from './menu-copy.ts';
import type { EndReason } from '../contract.ts';

const ends: Record<EndReason, (code: number | null) => string> = {
  exited: (code) => (code === null ? 'The program ended.' : `The program ended with code ${code}.`),
  idle: () => 'Nobody used this terminal for a while, so it was ended with its program.',
  refused: () => 'This was refused.',
  'no-shell': () =>
    'There is no such program in this container. It may have neither bash nor sh; start another command.',
  'engine-away': () => 'Docker does not answer.',
};

/** Every sentence of this feature's pages. */
export const copy = catalogue('terminal', {
  ...menu,
  of: (name: string) => `Shell in ${name}`,
  command: (name: string) => `Shell in ${name}`,
  back: 'Back to the container',
  region: 'Terminal. Keys go to the program; leave with Ctrl+Shift+Escape.',
  program: 'Program',
  programHint: 'bash, or sh where there is none',
  user: 'User',
  userHint: "the container's own",
  userHelp: 'Another user needs an administrator who proves again that it is them.',
  open: 'Open',
  reopen: 'Open again',
  end: 'End it',
  bigger: 'Bigger text',
  smaller: 'Smaller text',
  copy: 'Copy what is marked',
  paste: 'Paste',
  pasteRefused:
    'The browser does not let this page read the clipboard. Use Ctrl+Shift+V or the menu of the browser.',
  opening: 'Opening',
  options: 'Another program or user',
  audited: 'That it was opened, by whom and for how long stands in the audit; what is typed does not.',
  failed: 'The terminal could not be opened',
  lost: 'The connection was lost, and the program was ended with it.',
  signedOut: 'The session ended, and the program with it.',
  ends,
  elevate: 'Open it all the same',
  elevateHelp:
    'This container has more power than usual. As an administrator you can open it with a fresh proof.',
});

/** Error codes of this feature. */
export const errorCopy: CopyTable = catalogue('terminal.errors', {
  NOT_RUNNING: {
    sentence: 'This container does not run, so nothing can be started in it.',
    nextStep: 'Start it on its page, then open the shell again.',
  },
});
