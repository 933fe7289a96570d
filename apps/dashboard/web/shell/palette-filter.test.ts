import { Circle } from 'lucide-react';
import { expect, test } from 'vitest';
import type { Command } from '../feature.ts';
import { filterCommands, readPaletteQuery } from './palette-filter.ts';

const command = (title: string, keywords = ''): Command => ({
  id: title,
  title,
  keywords,
  icon: Circle,
  section: 'Section',
  run: () => undefined,
});
const commands = [
  command('Go to Jobs'),
  command('Pause background', 'sky stars'),
  command('Sign out', 'leave'),
  command('Jobs of yesterday'),
];
const titles = (text: string, recent: string[] = []) =>
  filterCommands(commands, text, recent).map(({ title }) => title);

test('what begins with the text comes before what holds it', () => {
  expect(titles('jobs')).toEqual(['Jobs of yesterday', 'Go to Jobs']);
});

test('keywords find a command by what people call it', () => {
  expect(titles('stars')).toEqual(['Pause background']);
});

test('letters in their order are enough', () => {
  expect(titles('sgot')).toEqual(['Sign out']);
});

test('nothing matches nonsense', () => {
  expect(titles('zzz')).toEqual([]);
});

test('without text all are there, the recently used first', () => {
  expect(titles('', ['Sign out'])).toEqual([
    'Sign out',
    'Go to Jobs',
    'Pause background',
    'Jobs of yesterday',
  ]);
});

test('the first character chooses what is searched', () => {
  expect(readPaletteQuery('> sign')).toEqual({ mode: 'commands', text: 'sign' });
  expect(readPaletteQuery('@web')).toEqual({ mode: 'things', text: 'web' });
  expect(readPaletteQuery('  web ')).toEqual({ mode: 'all', text: 'web' });
});
