import { catalogue } from '../../../web/feature.ts';
import { menu } from './menu-copy.ts';

/** Every sentence of the tour. */
export const copy = catalogue('tour', {
  ...menu,
  label: 'First tour',
  place: (step: number, of: number) => `Step ${step} of ${of}`,
  next: 'Next',
  back: 'Back',
  skip: 'Skip the tour',
  done: 'Done',
  failed: 'The tour could not be ended on the server; it may be offered again.',
  runs: {
    title: 'What runs here, and how it feels',
    text: (running: number, all: number) =>
      all === 0
        ? 'No container is on this machine yet. As soon as one is, it appears here by itself, however it was started.'
        : `${running} of ${all} containers run just now. Each line tells state, load and ports, and changes while you look.`,
    trouble: (name: string) => `${name} does not feel well: its line says why.`,
  },
  look: {
    title: 'Open one',
    text: (name: string) =>
      `This is ${name}: what it uses, where it is reachable, and what it may do on your machine.`,
    none: 'The page of a container tells what it uses, where it is reachable, and what it may do on your machine.',
  },
  restart: {
    title: 'Change something without fear',
    text: (name: string) =>
      `Restart ${name} whenever you like. You are told before what cannot be undone; every step is written down before it is done, and goes on after a crash.`,
    none: 'Whatever changes something is a run: you are told before what cannot be undone, and every step is written down.',
  },
  audit: {
    title: 'Who did what',
    text: 'Every change and every refused try stands here with its author, sealed so that nobody can change it unseen. Your own steps are there already.',
    notYours:
      'Every change and every refused try is recorded with its author. Administrators see it under Audit.',
  },
  everywhere: {
    title: 'From everywhere',
    text: 'Ctrl K (⌘ K) opens one box for everything: “rest” finds Restart of what you look at, @ finds containers. ? shows all keys.',
    phone:
      'The magnifier above opens one box for everything, and More below has all places, themes and your account.',
  },
});
