import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@nebula/log';
import { expect, test } from 'vitest';
import { openRelay } from './grant-relay.ts';
import { passingPlaces, removeLeftovers } from './leftovers.ts';

const log = createLog({ service: 'test', level: 'silent' });

test('what a killed server left of texts and sockets is removed, and nothing of another installation', async () => {
  const root = mkdtempSync(join(tmpdir(), 'nebula-left-'));
  const [own, other] = [passingPlaces(join(root, 'own')), passingPlaces(join(root, 'other'))];
  const nobody = { broker: join(root, 'none.sock'), sign: () => ({}), mayGrant: () => null, log };
  await using theirs = await openRelay({ ...nobody, prefix: other.relayPrefix });
  const killed = mkdtempSync(own.relayPrefix);
  for (const { stagingDir } of [own, other]) {
    mkdirSync(join(stagingDir, 'look-x'), { recursive: true });
    writeFileSync(join(stagingDir, 'look-x', '.env'), 'PASSWORD=hunter2');
  }

  removeLeftovers(own);

  expect([existsSync(killed), existsSync(own.stagingDir)]).toEqual([false, false]);
  expect([existsSync(theirs.socket), existsSync(join(other.stagingDir, 'look-x'))]).toEqual([true, true]);
  rmSync(root, { recursive: true });
});
