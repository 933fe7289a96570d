import { expect, test } from 'vitest';
import type { SettingView } from '../contract.ts';
import { groupsOf } from './groups.ts';

function setting(variable: string, group: string, doc = '', isEditable = true): SettingView {
  return {
    variable,
    group,
    doc,
    kind: 'text',
    minimum: null,
    maximum: null,
    choices: [],
    default: null,
    source: 'default',
    value: null,
    isSet: false,
    isEditable,
    applies: 'live',
    needsRestart: false,
    problem: null,
    updatedAt: null,
  };
}

const settings = [
  setting('NEBULA_DATA', 'Data', 'Directory of all data', false),
  setting('PORT', 'Network', 'Port to listen on'),
  setting('HOST', 'Network', 'Address to listen on'),
];

test('settings stand under their group, those with something to change first', () => {
  const groups = groupsOf(settings, '').map(({ title, settings: found }) => [
    title,
    found.map((one) => one.variable),
  ]);
  expect(groups).toEqual([
    ['Network', ['PORT', 'HOST']],
    ['Data', ['NEBULA_DATA']],
  ]);
});

test('a search takes words in any order from name, sentence and group', () => {
  const found = (search: string) =>
    groupsOf(settings, search).flatMap((group) => group.settings.map((one) => one.variable));
  expect(found('listen PORT')).toEqual(['PORT']);
  expect(found('  network ')).toEqual(['PORT', 'HOST']);
  expect(found('nothing like it')).toEqual([]);
});
