import { catalogue } from '../../../web/feature.ts';
import { stackMatters } from '../contract-matters.ts';

/** The words that the navigation and the palette need before a page of this feature is opened; small, since every page loads them. */
export const menu = catalogue('stacks.menu', {
  title: 'Stacks',
  one: 'Stack',
  create: 'New stack',
  verbs: {
    up: {
      command: 'Bring up',
      of: (name: string) => `Bring up ${name}`,
      failed: 'The stack was not brought up',
    },
    start: { command: 'Start', of: (name: string) => `Start ${name}`, failed: 'The stack was not started' },
    stop: { command: 'Stop', of: (name: string) => `Stop ${name}`, failed: 'The stack was not stopped' },
    restart: {
      command: 'Restart',
      of: (name: string) => `Restart ${name}`,
      failed: 'The stack was not restarted',
    },
    pull: {
      command: 'Fetch images',
      of: (name: string) => `Fetch the images of ${name}`,
      failed: 'The images were not fetched',
    },
    down: {
      command: 'Take down',
      of: (name: string) => `Take down ${name}`,
      failed: 'The stack was not taken down',
    },
  },
});

/** What needs attention of stacks. */
export const matters = catalogue('stacks.matters', stackMatters);
