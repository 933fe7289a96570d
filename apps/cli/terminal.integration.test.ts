import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onTerminal as onOwnTerminal } from './fixtures/on-terminal.ts';
import { scriptedServer } from './fixtures/scripted-server.ts';
import { serveThings, thingsKey, thingsScript } from './fixtures/things.ts';

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'nebula-terminal-'));
});
afterAll(async () => await rm(dir, { recursive: true }));

const onTerminal = (args: string[], env: Record<string, string>, script?: string) =>
  onOwnTerminal(args, env, { home: dir, ...(script === undefined ? {} : { script }) });

const page = {
  items: [
    {
      id: 'a'.repeat(64),
      name: 'web',
      state: 'running',
      health: 'none',
      image: `registry/${'x'.repeat(90)}`,
    },
  ],
  next: null,
};

test('a terminal gets colours and cells cut to its width; without colours when NO_COLOR asks for none', async () => {
  await using server = await scriptedServer(() => ({ body: page }));
  const env = { NEBULA_URL: server.url, NEBULA_API_KEY: 'neb_x' };

  const coloured = onTerminal(['containers', 'list'], env);
  const plain = onTerminal(['containers', 'list'], { ...env, NO_COLOR: '1' });

  expect([await coloured.ended(), await plain.ended()]).toEqual([0, 0]);
  expect(coloured.seen()).toContain('\u001b[32mrunning\u001b[0m');
  expect(plain.seen()).not.toContain('\u001b');
  expect(plain.seen()).toMatch(/registry\/x+…/);
  for (const line of plain.seen().split('\r\n')) expect(line.length).toBeLessThanOrEqual(70);
});

test('a list that is watched stands in one place until Ctrl-C', async () => {
  await using server = await scriptedServer(() => ({ body: page }));
  const env = { NEBULA_URL: server.url, NEBULA_API_KEY: 'neb_x' };

  const watched = onTerminal(['containers', 'list', '--watch', '0.5'], env);
  const looks = () => watched.seen().split('\u001b[H\u001b[2J').length - 1;
  await expect.poll(looks, { timeout: 60_000 }).toBeGreaterThan(1);
  watched.type('\u0003');

  expect(await watched.ended()).toBe(130);
  expect(watched.seen()).not.toMatch(/nebula:|Error/);
});

test('a person who uploads sees how far it is', async () => {
  await using server = await serveThings();
  const file = join(dir, 'picture');
  await writeFile(file, Buffer.alloc(900_000, 1));
  const env = { NEBULA_URL: server.url, NEBULA_API_KEY: thingsKey };

  const sent = onTerminal(['things', 'store', 'vase', '--file', file], env, thingsScript);

  expect(await sent.ended()).toBe(0);
  expect(sent.seen()).toMatch(/KiB sent \(\d+ %\)[^]*879 KiB sent \(100 %\)[^]*bytes +900000/);
});

test('a key is asked for at sign-in and never shown', async () => {
  const session = { user: null, csrfToken: null, needsSetUp: false, permissions: ['jobs:read'] };
  await using server = await scriptedServer(() => ({ body: session }));

  const asked = onTerminal(['sign-in', server.url, '--name', 'home'], {});
  await expect.poll(asked.seen, { timeout: 60_000 }).toContain('API key: ');
  asked.type('neb_planted\r');

  expect(await asked.ended()).toBe(0);
  expect(server.seen).toEqual(['GET /api/account/session Bearer neb_planted']);
  expect(asked.seen()).toContain('home is the current context');
  expect(asked.seen()).not.toContain('planted');
});

test('a completion script is written only after a yes', async () => {
  const no = onTerminal(['completion', 'install', 'bash'], {});
  await expect.poll(no.seen, { timeout: 60_000 }).toContain('[Y/n]');
  no.type('n\r');
  expect(await no.ended()).toBe(0);
  expect(no.seen()).toContain('Nothing was written.');

  const yes = onTerminal(['completion', 'install', 'bash'], {});
  await expect.poll(yes.seen, { timeout: 60_000 }).toContain('[Y/n]');
  yes.type('\r');
  expect(await yes.ended()).toBe(0);
  expect(yes.seen()).toContain('bash-completion/completions/nebula is written.');
});
