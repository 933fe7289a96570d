import { catalogue } from '../../../web/feature.ts';
import { containerMatters } from '../contract-matters.ts';

/** The words that the navigation and the palette need before a page of this feature is opened; small, since every page loads them. */
export const menu = catalogue('containers.menu', {
  title: 'Containers',
  one: 'Container',
  create: 'New container',
  verbs: {
    start: {
      command: 'Start',
      of: (name: string) => `Start ${name}`,
      help: 'Undone by stopping it',
    },
    stop: {
      command: 'Stop',
      of: (name: string) => `Stop ${name}`,
      help: 'Undone by starting it',
    },
    restart: {
      command: 'Restart',
      of: (name: string) => `Restart ${name}`,
      help: 'Cannot be undone',
    },
    pause: {
      command: 'Pause',
      of: (name: string) => `Pause ${name}`,
      help: 'Undone by letting it go on',
    },
    unpause: {
      command: 'Go on',
      of: (name: string) => `Let ${name} go on`,
      help: 'Undone by pausing it',
    },
    kill: {
      command: 'Send a signal',
      of: (name: string) => `Send a signal to ${name}`,
      help: 'Cannot be undone',
    },
    rename: {
      command: 'Rename',
      of: (name: string) => `Rename ${name}`,
      help: 'Undone by renaming it back',
    },
    remove: {
      command: 'Remove',
      of: (name: string) => `Remove ${name}`,
      help: 'Cannot be undone',
    },
  },
  shellIn: (name: string) => `Shell in ${name}`,
  logsOf: (name: string) => `Logs of ${name}`,
  appOf: (name: string) => `Figures, changes and lines of ${name}`,
});

/** What may need attention, for the overview. */
export const matters = catalogue('containers.matters', containerMatters);
