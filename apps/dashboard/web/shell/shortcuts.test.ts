import { Circle } from 'lucide-react';
import { expect, test } from 'vitest';
import type { Command } from '../feature.ts';
import { matchKeys } from './shortcuts.ts';

const command = (id: string, shortcut?: string): Command => ({
  id,
  title: id,
  icon: Circle,
  section: 'Section',
  shortcut,
  run: () => undefined,
});
const commands = [command('containers', 'g c'), command('help', '?'), command('none')];

test('keys that are a shortcut find its command', () => {
  expect(matchKeys(commands, ['?'])).toBe(commands[1]);
  expect(matchKeys(commands, ['g', 'c'])).toBe(commands[0]);
});

test('the beginning of a shortcut is known as such', () => {
  expect(matchKeys(commands, ['g'])).toBe('begun');
});

test('other keys find nothing, nor does a command without a shortcut', () => {
  expect(matchKeys(commands, ['c'])).toBeNull();
  expect(matchKeys(commands, ['g', 'x'])).toBeNull();
});
