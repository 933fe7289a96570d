import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Harness } from './fixtures/harness.ts';
import { readableProgram } from './program.mjs';
import { ensureServiceUser } from './user.mjs';

const running = 'NebulaCommand is running';
const parts = { broker: 'apps/broker/main.ts', server: 'apps/dashboard/main.ts' };

/** A small clone of the program in a folder that only root may enter. */
function closedClone(harness: Harness): string {
  const root = join(harness.base, 'closed', 'clone');
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode: 0o600 });
  };
  write('package.json', '{ "type": "module" }');
  write('start.mjs', '');
  const packages = { '': {}, 'node_modules/needed': {}, 'node_modules/for-tests': { dev: true } };
  write('package-lock.json', JSON.stringify({ packages }));
  for (const path of Object.values(parts)) write(path, `import '../../launch/fixtures/stand-in.mjs';\n`);
  write('apps/dashboard/web/dist/index.html', '<!doctype html>');
  write('packages/clock/index.ts', 'export const now = 0;');
  write('node_modules/needed/index.js', '');
  write('node_modules/needed/index.d.ts', '');
  write('node_modules/for-tests/index.js', '');
  mkdirSync(join(root, 'node_modules/@nebula'));
  symlinkSync('../../packages/clock', join(root, 'node_modules/@nebula/clock'));
  cpSync(join(import.meta.dirname), join(root, 'launch'), { recursive: true });
  const node = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  mkdirSync(dirname(node), { recursive: true });
  copyFileSync(process.execPath, node, constants.COPYFILE_FICLONE);
  chmodSync(node, 0o700);
  chmodSync(join(harness.base, 'closed'), 0o700);
  return root;
}

/** Folder of the copy that the server runs from, as the launcher recorded it. */
function copyInUse(harness: Harness): string {
  const records: { name: string; script: string }[] = JSON.parse(
    readFileSync(join(harness.rootRuntime, 'pids.json'), 'utf8'),
  );
  const script = records.find(({ name }) => name === 'server')?.script ?? '';
  return script.slice(0, -`/${parts.server}`.length);
}

// Only root can start the server as somebody else.
if (process.getuid?.() === 0) {
  describe('a clone that is closed to the service user', () => {
    test('runs from a copy of its production part that root owns and everybody can read', async () => {
      await using harness = new Harness();
      const root = closedClone(harness);
      const launcher = harness.start({ settings: { root, ...parts } });
      await launcher.printed(running);
      expect(launcher.stderr()).toContain(`The service user cannot read ${root}; copying`);
      expect(harness.events('server')[0]?.uid).toBe(65_534);
      const copy = copyInUse(harness);
      expect(dirname(dirname(copy))).toBe(harness.base);
      expect(readdirSync(copy).sort()).toEqual([
        'apps',
        'launch',
        'node_modules',
        'package-lock.json',
        'package.json',
        'packages',
        'start.mjs',
      ]);
      expect(existsSync(join(copy, 'apps/dashboard/web/dist/index.html'))).toBe(true);
      expect(readdirSync(join(copy, 'node_modules/needed'))).toEqual(['index.js']);
      expect(existsSync(join(copy, 'node_modules/for-tests'))).toBe(false);
      expect(readlinkSync(join(copy, 'node_modules/@nebula/clock'))).toBe('../../packages/clock');
      expect(statSync(join(copy, 'packages/clock/index.ts')).mode & 0o777).toBe(0o644);
      expect(lstatSync(copy)).toMatchObject({ uid: 0, gid: 0 });
      expect(lstatSync(copy).mode & 0o777).toBe(0o755);
    });

    test('is copied once, and again when a source changed; the old copy is then removed', async () => {
      await using harness = new Harness();
      const settings = { root: closedClone(harness), ...parts };
      const startAndStop = async () => {
        const launcher = harness.start({ settings });
        await launcher.printed(running);
        const copy = copyInUse(harness);
        launcher.child.kill('SIGTERM');
        await launcher.ended;
        return { copy, hasCopied: launcher.stderr().includes('copying') };
      };
      const first = await startAndStop();
      expect(await startAndStop()).toEqual({ copy: first.copy, hasCopied: false });
      appendFileSync(join(settings.root, 'packages/clock/index.ts'), '\n');
      const third = await startAndStop();
      expect(third.hasCopied).toBe(true);
      expect(readdirSync(dirname(first.copy))).toEqual([third.copy.slice(dirname(third.copy).length + 1)]);
    });

    test('a copy that another launcher still runs is kept', async () => {
      await using harness = new Harness('one');
      const root = closedClone(harness);
      const first = harness.start({ settings: { root, ...parts } });
      await first.printed(running);
      const copy = copyInUse(harness);
      appendFileSync(join(root, 'packages/clock/index.ts'), '\n');
      const user = { name: 'nobody', uid: 65_534, gid: 65_534 };
      const other = readableProgram({ root, base: dirname(copy), user, say: () => {} });
      expect(other).not.toBe(copy);
      expect(existsSync(copy)).toBe(true);
    });

    test('a place for copies that somebody else can write is refused', async () => {
      await using harness = new Harness();
      const root = closedClone(harness);
      const elsewhere = join(harness.base, 'elsewhere');
      mkdirSync(elsewhere);
      const base = join(harness.base, 'copies');
      symlinkSync(elsewhere, base);
      const user = { name: 'nobody', uid: 65_534, gid: 65_534 };
      expect(() => readableProgram({ root, base, user, say: () => {} })).toThrow(`${base} is a link`);
      expect(readdirSync(elsewhere)).toEqual([]);
    });
  });
}

describe('the service user', () => {
  test('and its group are made when missing, without home and without a login shell', async () => {
    await using harness = new Harness();
    expect(ensureServiceUser('nebula', fakeTools(harness, 'nebula:x:990:991::/nonexistent:'))).toEqual({
      name: 'nebula',
      uid: 990,
      gid: 991,
    });
    expect(readFileSync(join(harness.base, 'calls'), 'utf8').trim().split('\n')).toEqual([
      'groupadd --system nebula',
      'useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin --gid nebula nebula',
    ]);
    writeFileSync(join(harness.base, 'calls'), '');
    ensureServiceUser('nebula', fakeTools(harness, 'nebula:x:990:991::/nonexistent:'));
    expect(readFileSync(join(harness.base, 'calls'), 'utf8')).toBe('');
  });

  test('with the rights of root is refused', async () => {
    await using harness = new Harness();
    expect(() => ensureServiceUser('nebula', fakeTools(harness, 'nebula:x:0:0::/root:'))).toThrow(
      'has the rights of root',
    );
  });

  test('that cannot be made is reported with what to do by hand', async () => {
    await using harness = new Harness();
    const tools = { ...fakeTools(harness, ''), useradd: '/nonexistent/useradd' };
    expect(() => ensureServiceUser('nebula', tools)).toThrow(
      'cannot be made: /nonexistent/useradd is missing. Make it by hand',
    );
  });
});

/** Stand-ins for the user tools, since tests make no users: `useradd` makes the entry that `getent` then finds. */
function fakeTools(harness: Harness, entry: string) {
  const script = (name: string, body: string) => {
    const path = join(harness.base, name);
    const head = `#!${process.execPath}\nconst fs = require('node:fs'); const dir = ${JSON.stringify(harness.base)};\n`;
    writeFileSync(path, head + body, { mode: 0o755 });
    return path;
  };
  const log = (name: string) =>
    `fs.appendFileSync(dir + '/calls', ${JSON.stringify(name)} + ' ' + process.argv.slice(2).join(' ') + '\\n');\n`;
  return {
    getent: script(
      'getent',
      `if (process.argv[2] !== 'passwd' || !fs.existsSync(dir + '/made')) process.exit(2);
process.stdout.write(${JSON.stringify(entry)} + '\\n');`,
    ),
    groupadd: script('groupadd', log('groupadd')),
    useradd: script('useradd', `${log('useradd')}fs.writeFileSync(dir + '/made', '');`),
  };
}
