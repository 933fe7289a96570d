import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@nebula/log';
import { expect, test } from 'vitest';
import { openRelay } from './grant-relay.ts';
import { passingPlaces, removeLeftovers } from './leftovers.ts';

const log = createLog({ service: 'test', level: 'silent' });

test('what a killed server left of texts and sockets is removed, and relays are opened where it was', async () => {
  const root = mkdtempSync(join(tmpdir(), 'nebula-left-'));
  const places = passingPlaces({ dataDir: join(root, 'data'), runtimeDir: join(root, 'run') });
  const { stagingDir, relayDir } = places;
  removeLeftovers(places);
  const killed = mkdtempSync(join(relayDir, 'x-'));
  mkdirSync(join(stagingDir, 'look-x'), { recursive: true });
  writeFileSync(join(stagingDir, 'look-x', '.env'), 'PASSWORD=hunter2');

  removeLeftovers(places);

  expect([existsSync(killed), existsSync(stagingDir)]).toEqual([false, false]);
  const nobody = { broker: join(root, 'none.sock'), sign: () => ({}), mayGrant: () => null, log };
  const relay = await openRelay({ ...nobody, dir: relayDir });
  expect(existsSync(relay.socket)).toBe(true);
  await relay[Symbol.asyncDispose]();
  rmSync(root, { recursive: true });
});
