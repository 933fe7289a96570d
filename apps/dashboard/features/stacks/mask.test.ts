import { expect, test } from 'vitest';
import { maskFile, secretsIn, withoutValues } from './mask.ts';

const shown = (name: string, text: string) => maskFile(name, text).text;

test('secrets of an env file are left out, and what is none stays', () => {
  const text =
    'PORT=80\nDB_PASSWORD="hunter2"\nexport API_TOKEN=abc # x\n#OLD_SECRET=was\nURL=postgres://u:hunter2@db/x\nPLAIN=${X}\n';

  expect(shown('.env', text)).toBe(
    'PORT=80\nDB_PASSWORD=••••••\nexport API_TOKEN=••••••\n#OLD_SECRET=••••••\nURL=••••••\nPLAIN=${X}\n',
  );
});

test.each([
  ['    DB_PASSWORD: hunter2', '    DB_PASSWORD: ••••••'],
  ['    - DB_PASSWORD=hunter2', '    - DB_PASSWORD=••••••'],
  ['    - "DB_PASSWORD=hunter2"', expect.not.stringContaining('hunter2')],
  [
    'environment: { A: b, DB_PASSWORD: "hunter2", C: d }',
    'environment: { A: b, DB_PASSWORD: "••••••", C: d }',
  ],
  ['environment: ["DB_PASSWORD=hunter2", "A=b"]', expect.not.stringContaining('hunter2')],
  ['    DB_PASSWORD: |\n      hunter2\n    A: b', '    DB_PASSWORD: |\n      ••••••\n    A: b'],
  ['    DB_PASSWORD: &pw hunter2', expect.not.stringContaining('hunter2')],
  ['    DB_PASSWORD: "one\\n      hunter2"\n    A: b', expect.not.stringContaining('hunter2')],
  ['    DB_PASSWORD: ${X:-hunter2}', expect.not.stringContaining('hunter2')],
  ['secrets:\n  s:\n    file: ./s.txt', 'secrets:\n  s:\n    file: ./s.txt'],
  ['    # DB_PASSWORD: hunter2', '    # DB_PASSWORD: ••••••'],
  ['    url: https://u:hunter2@host/', '    url: ••••••'],
  ['    DB_PASSWORD: ${DB_PASSWORD}', '    DB_PASSWORD: ${DB_PASSWORD}'],
  ['    MYSQL_PASSWORD_FILE: /run/secrets/x', '    MYSQL_PASSWORD_FILE: /run/secrets/x'],
])('of %j people who only look see no secret', (line, expected) => {
  expect(shown('compose.yaml', line)).toEqual(expected);
});

test('the secrets of a file are known, so that they can be kept out of what compose writes', () => {
  expect(secretsIn('.env', 'A=b\nDB_PASSWORD=hunter2')).toEqual(['hunter2']);
  expect(secretsIn('compose.yaml', '  - DB_PASSWORD=hunter2')).toEqual(['hunter2']);
});

test('secrets in a mapping on one line are known too, and what compose cannot read is told without its value', () => {
  expect(
    secretsIn('compose.yaml', 'services: { db: { environment: { DB_PASSWORD: "hunter2" } } }'),
  ).toContain('hunter2');
  const told =
    'invalid interpolation format for services.db.environment.DB_PASSWORD.\nYou may need to escape any $ with another $.\nhunter2${x';
  expect(withoutValues(told)).toMatch(/DB_PASSWORD[\s\S]*another \$\.$/);
});
