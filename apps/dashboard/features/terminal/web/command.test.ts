import { expect, test } from 'vitest';
import { commandOf } from './command.ts';

test('words are separated by spaces, held together by quotes, and nothing in them is expanded', () => {
  expect(commandOf('psql -U postgres -c "select 1; drop table x"')).toEqual([
    ...['psql', '-U', 'postgres', '-c', 'select 1; drop table x'],
  ]);
  expect(commandOf("echo '$(id)' `id` $HOME")).toEqual(['echo', '$(id)', '`id`', '$HOME']);
  expect(commandOf('   ')).toBe(null);
});
