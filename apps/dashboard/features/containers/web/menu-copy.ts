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
      begun: (name: string) => `${name} is starting`,
      failed: (name: string) => `${name} was not started`,
    },
    stop: {
      command: 'Stop',
      of: (name: string) => `Stop ${name}`,
      help: 'Undone by starting it',
      title: (name: string) => `Stop ${name}?`,
      text: 'It is asked to end, and ended when it does not. Its connections are cut. Data in volumes stays; starting it again undoes this.',
      begun: (name: string) => `${name} is stopping`,
      failed: (name: string) => `${name} was not stopped`,
    },
    restart: {
      command: 'Restart',
      of: (name: string) => `Restart ${name}`,
      help: 'Cannot be undone',
      title: (name: string) => `Restart ${name}?`,
      text: 'It stops and starts again. Its connections are cut for some seconds, and that cannot be undone. Data in volumes stays.',
      begun: (name: string) => `${name} is restarting`,
      failed: (name: string) => `${name} was not restarted`,
    },
    pause: {
      command: 'Pause',
      of: (name: string) => `Pause ${name}`,
      help: 'Undone by letting it go on',
      begun: (name: string) => `${name} is being frozen`,
      failed: (name: string) => `${name} was not paused`,
    },
    unpause: {
      command: 'Go on',
      of: (name: string) => `Let ${name} go on`,
      help: 'Undone by pausing it',
      begun: (name: string) => `${name} goes on`,
      failed: (name: string) => `${name} does not go on`,
    },
    kill: {
      command: 'Send a signal',
      of: (name: string) => `Send a signal to ${name}`,
      help: 'Cannot be undone',
      title: (name: string) => `Send a signal to ${name}?`,
      text: 'SIGKILL ends it at once, without a chance to save anything. What other signals do is up to the program. Neither can be undone.',
      signal: 'Signal',
      begun: (name: string) => `The signal goes to ${name}`,
      failed: (name: string) => `The signal did not go to ${name}`,
    },
    rename: {
      command: 'Rename',
      of: (name: string) => `Rename ${name}`,
      help: 'Undone by renaming it back',
      title: (name: string) => `Rename ${name}`,
      text: 'Other containers that reach it by its name need the new one. Compose may make it anew under the old name.',
      name: 'New name',
      begun: (name: string) => `${name} gets its new name`,
      failed: (name: string) => `${name} was not renamed`,
    },
    remove: {
      command: 'Remove',
      of: (name: string) => `Remove ${name}`,
      help: 'Cannot be undone',
      title: (name: string) => `Remove ${name}?`,
      text: 'The container goes with everything it wrote outside its volumes. That cannot be undone.',
      volumesStay: 'Its volumes stay.',
      name: (name: string) => `Type ${name} to go on`,
      force: 'It runs: end it first',
      volumes: 'Volumes',
      volumesHelp:
        'They may hold the only copy of their data. Type the name of each that shall go too; the others stay.',
      volume: (name: string) => `Type ${name} to remove it with all its data`,
      begun: (name: string) => `${name} is being removed`,
      failed: (name: string) => `${name} was not removed`,
    },
  },
  shellIn: (name: string) => `Shell in ${name}`,
  logsOf: (name: string) => `Logs of ${name}`,
  appOf: (name: string) => `Figures, changes and lines of ${name}`,
});

/** What may need attention, for the overview. */
export const matters = catalogue('containers.matters', containerMatters);
