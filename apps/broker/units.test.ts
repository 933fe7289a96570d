import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { parseJournal, parseShow, parseUnitList, statusOf } from './systemctl.ts';
import { createHostVerbs } from './host-verbs.ts';
import { createProxyAdmin } from './proxy-verbs.ts';
import { createUnits, parseUnitPatterns, unitName } from './units.ts';

const noProxy = createProxyAdmin('/nowhere/admin.sock', []);
const noStats = async () => ({});

const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

/** As systemd 257 writes them (Ubuntu 25.10), cut to a few units. */
const recordedList = JSON.stringify([
  {
    unit: 'cron.service',
    load: 'loaded',
    active: 'active',
    sub: 'running',
    description: 'Regular background program processing daemon',
  },
  { unit: 'smbd.service', load: 'loaded', active: 'failed', sub: 'failed', description: 'Samba SMB Daemon' },
  {
    unit: 'nebula-broker.service',
    load: 'loaded',
    active: 'active',
    sub: 'running',
    description: 'NebulaCommand broker',
  },
  {
    unit: 'dev-disk-by\\x2duuid-1.device',
    load: 'loaded',
    active: 'active',
    sub: 'plugged',
    description: 'Disk',
  },
  { unit: '-.mount', load: 'loaded', active: 'active', sub: 'mounted', description: 'Root Mount' },
]);
const recordedShow = (name: string) =>
  [
    'MainPID=4242',
    'NRestarts=3',
    'ExecMainStatus=0',
    'Result=success',
    'MemoryCurrent=[not set]',
    'TasksCurrent=18446744073709551615',
    `Id=${name}`,
    `Names=${name}`,
    'Description=Samba SMB Daemon = files',
    'LoadState=loaded',
    'ActiveState=active',
    'SubState=running',
    'UnitFileState=enabled',
    'StateChangeTimestampMonotonic=123456789',
    'InvocationID=0123456789abcdef0123456789abcdef',
  ].join('\n');
const recordedJournal = [
  JSON.stringify({
    __REALTIME_TIMESTAMP: '1764127000000000',
    PRIORITY: '6',
    SYSLOG_IDENTIFIER: 'smbd',
    _PID: '7',
    MESSAGE: 'ready',
  }),
  JSON.stringify({ __REALTIME_TIMESTAMP: '1764127001000000', MESSAGE: [27, 91, 51, 49, 109, 104, 105] }),
  '{"__REALTIME_TIMESTAMP":"1764127002000000","MESSAGE":"cut off he',
].join('\n');

/** A machine with programs in place of systemctl and journalctl that write down how they were started. */
function machine(options: { show?: string; list?: string; code?: number; patterns?: string[] } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'nebula-units-'));
  dirs.push(dir);
  const calls = join(dir, 'calls');
  const bootedDir = join(dir, 'booted');
  mkdirSync(bootedDir);
  const program = (name: string, answers: Record<string, string>): string => {
    const path = join(dir, name);
    const source = `#!${process.execPath}
const fs = require('node:fs');
const args = process.argv.slice(2);
fs.appendFileSync(${JSON.stringify(calls)}, JSON.stringify([${JSON.stringify(name)}, ...args, Object.keys(process.env).sort().join(' ')]) + '\\n');
process.stdout.write((${JSON.stringify(answers)})[args[0]] ?? (${JSON.stringify(answers)})['*'] ?? '');
if (${options.code ?? 0} !== 0) { process.stderr.write('Failed: Access denied\\nmore'); process.exitCode = ${options.code ?? 0}; }
`;
    writeFileSync(path, source);
    chmodSync(path, 0o755);
    return path;
  };
  const units = createUnits({
    patterns: options.patterns ?? ['smbd.service', 'docker-*.service'],
    systemctl: program('systemctl', {
      'list-units': options.list ?? recordedList,
      show: options.show ?? recordedShow('smbd.service'),
    }),
    journalctl: program('journalctl', { '*': recordedJournal }),
    bootedDir,
    ownUnits: ['nebula.service', 'nebula-broker.service'],
  });
  const started = () =>
    readFileSync(calls, 'utf8')
      .trim()
      .split('\n')
      .map((line): string[] => JSON.parse(line));
  return { units, started, bootedDir };
}

describe('what systemd says', () => {
  test('units are listed with whether they may be changed; what is no plain name is left out', async () => {
    const answer = await machine().units.list();

    expect(
      answer.systemd && answer.units.map(({ name, active, canChange }) => [name, active, canChange]),
    ).toEqual([
      ['cron.service', 'active', false],
      ['smbd.service', 'failed', true],
      ['nebula-broker.service', 'active', false],
      ['dev-disk-by\\x2duuid-1.device', 'active', false],
    ]);
  });

  test('a unit is told in our words, and what systemd does not know is null', async () => {
    expect(await machine().units.status('smbd.service')).toMatchObject({
      name: 'smbd.service',
      description: 'Samba SMB Daemon = files',
      active: 'active',
      mainPid: 4242,
      restarts: 3,
      memoryBytes: null,
      tasks: null,
      invocation: '0123456789abcdef0123456789abcdef',
      canChange: true,
    });
  });

  test('the journal is read line by line: bytes as text, colours taken out, a line that was cut off left out', async () => {
    expect((await machine().units.journal('smbd.service', 20)).entries).toEqual([
      { at: '2025-11-26T03:16:40.000Z', priority: 6, source: 'smbd', pid: 7, message: 'ready' },
      { at: '2025-11-26T03:16:41.000Z', priority: 6, source: '', pid: null, message: 'hi' },
    ]);
  });

  test('a machine that does not run systemd says so, and changes nothing', async () => {
    const { units, bootedDir, started } = machine();
    rmSync(bootedDir, { recursive: true });

    expect(await units.list()).toEqual({ systemd: false, reason: 'This machine does not run systemd.' });
    await expect(units.change('restart', 'smbd.service')).rejects.toMatchObject({ status: 409 });
    expect(started).toThrow(/ENOENT/);
  });

  test('a systemd too old for JSON is told in a sentence', async () => {
    const { units } = machine({ list: '  UNIT LOAD ACTIVE SUB DESCRIPTION\n' });

    await expect(units.list()).rejects.toThrow(/version 246/);
  });

  test('any output is read without an exception', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        parseJournal(text);
        statusOf('x.service', parseShow(text));
        if (text.startsWith('[') && text.endsWith(']')) parseUnitList(text);
      }),
    );
  });
});

describe('changes', () => {
  test.each(['start', 'stop', 'restart'] as const)(
    '%s goes to systemd with fixed arguments and a clean environment',
    async (verb) => {
      const { units, started } = machine();

      expect(await units.change(verb, 'smbd.service')).toEqual({ accepted: true });

      expect(started().at(-1)).toEqual([
        'systemctl',
        verb,
        '--no-block',
        '--no-ask-password',
        '--quiet',
        '--',
        'smbd.service',
        'HOME LC_ALL PATH SYSTEMD_COLORS SYSTEMD_PAGER SYSTEMD_URLIFY',
      ]);
    },
  );

  test.each([
    ['a unit that no pattern names', 'cron.service', recordedShow('cron.service'), ['smbd.service']],
    [
      'our own broker, whatever the patterns',
      'nebula-broker.service',
      recordedShow('nebula-broker.service'),
      ['*.service'],
    ],
    [
      'another name of our own unit',
      'smbd.service',
      recordedShow('nebula.service').replace('Names=nebula.service', 'Names=nebula.service smbd.service'),
      ['*.service'],
    ],
    [
      'a named alias of a unit that is not named',
      'smbd.service',
      recordedShow('samba.service').replace('Names=samba.service', 'Names=samba.service smbd.service'),
      ['smbd.service'],
    ],
    [
      'a target, which changes the machine itself',
      'poweroff.target',
      recordedShow('poweroff.target'),
      ['*.service'],
    ],
  ])('%s is refused, and systemd is not asked to change it', async (_name, unit, show, patterns) => {
    const { units, started } = machine({ show, patterns });

    await expect(units.change('stop', unit)).rejects.toMatchObject({ status: 403 });

    expect(started().map(([, first]) => first)).toEqual(['show']);
  });

  test('what systemd refuses comes back as its own first line', async () => {
    await expect(machine({ code: 4 }).units.status('smbd.service')).rejects.toThrow(
      'systemd refuses: Failed: Access denied',
    );
  });
});

describe('names', () => {
  test.each([
    '--now.service',
    '-.mount',
    'a b.service',
    'a.service\n',
    'a*.service',
    '../x.service',
    'a/b.service',
    'x',
    '',
    `${'a'.repeat(300)}.service`,
  ])('the verbs refuse %j as the name of a unit', async (unit) => {
    const { units } = machine();
    const verbs = createHostVerbs(units, noProxy, noStats);

    for (const name of ['unit-status', 'unit-start', 'unit-stop', 'unit-restart']) {
      const call = async () => await verbs.find((verb) => verb.name === name)?.call({ unit });
      await expect(call()).rejects.toMatchObject({ status: 400 });
    }
    expect(unitName.test(unit)).toBe(false);
  });

  test.each([0, 501, 1.5, '10', null])('a journal of %j lines is refused', async (lines) => {
    const verb = createHostVerbs(machine().units, noProxy, noStats).find(
      ({ name }) => name === 'unit-journal',
    );

    await expect((async () => await verb?.call({ unit: 'a.service', lines }))()).rejects.toMatchObject({
      status: 400,
    });
  });

  test('patterns are names with stars; what could mean more is refused at the start', () => {
    expect(parseUnitPatterns(' smbd.service,docker-*.service  getty@*.service ')).toEqual([
      'smbd.service',
      'docker-*.service',
      'getty@*.service',
    ]);
    expect(parseUnitPatterns('')).toEqual([]);
    for (const wrong of ['poweroff.target', '-x.service', '[a-z].service', '*', 'a']) {
      expect(() => parseUnitPatterns(wrong)).toThrow(/--units/);
    }
  });

  test('a star stands for anything and nothing else is special', async () => {
    const listed = (name: string) =>
      JSON.stringify([{ unit: name, load: '', active: '', sub: '', description: '' }]);
    for (const [name, canChange] of [
      ['docker-web.service', true],
      ['docker-.service', true],
      ['a.b.service', true],
      ['axb.service', false],
      ['mydocker-web.service', false],
    ] as const) {
      const one = machine({ patterns: ['docker-*.service', 'a.b.service'], list: listed(name) }).units;
      expect(await one.list()).toMatchObject({ systemd: true, units: [{ name, canChange }] });
    }
  });
});
