import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAudit, openAnchorFile } from '@nebula/audit';
import { createJudge, systemActor } from '@nebula/auth';
import { systemClock } from '@nebula/clock';
import { permissionsOf } from '@nebula/contract';
import { api } from '@nebula/dashboard/contract';
import { createJobs } from '@nebula/jobs';
import { type Context, createContexts } from '@nebula/runtime';
import { exitCodes, Failure } from '../failure.ts';
import type { LocalDatabase } from './database.ts';

/** Who the audit names for what is done on the machine itself: whoever may read its data owns it. */
const owner = systemActor('owner at the command line');

/** A context in which the machine's owner acts; what it writes is audited with the key of the installation. */
export async function ownerContext(local: LocalDatabase, signal: AbortSignal): Promise<Context> {
  const { database, log, installation } = local;
  const clock = systemClock;
  const keysDir = join(installation.dataDir, 'keys');
  const audit = createAudit({
    key: await readKey(keysDir, 'audit.key'),
    clock,
    memory: openAnchorFile(keysDir),
  });
  const jobs = createJobs({ database, log, clock });
  const makeContext = createContexts({
    database,
    audit,
    clock,
    jobs,
    judge: createJudge(permissionsOf(api)),
  });
  return makeContext({ actor: owner, log, signal, requestId: randomUUID() });
}

/** Reads a key that the server made at its first start. */
export async function readKey(keysDir: string, name: string): Promise<Buffer> {
  try {
    return Buffer.from(await readFile(join(keysDir, name), 'utf8'), 'base64');
  } catch (cause) {
    throw new Failure(exitCodes.notFound, `The key ${join(keysDir, name)} cannot be read.`, {
      next: 'Start NebulaCommand once (`npm start`): it makes its keys. If it was lost, put it back from your own copy.',
      cause,
    });
  }
}
