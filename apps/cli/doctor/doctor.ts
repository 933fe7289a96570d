import { realpathSync, statSync } from 'node:fs';
import { dataDirectory, installationAt, programRoot, runningUrl } from '../local/installation.ts';
import type { CliConfig } from '../settings.ts';
import { localUrl } from '../contexts/target.ts';
import type { Check, Finding, Subject } from './check.ts';
import { broker, docker, portHolder } from './checks/broker.ts';
import { dataPlace, keys, leftovers, runtime } from './checks/data.ts';
import { database } from './checks/database.ts';
import { clock, disk, inodes, memory, names } from './checks/machine.ts';
import { exposure, health, serverUser, strongGroups } from './checks/server.ts';

/** Everything that is looked at, in the order in which it is told. */
export const checks: readonly Check[] = [
  ...[runtime, dataPlace, keys, disk, inodes, memory, clock, names],
  ...[database, broker, docker, health, portHolder, exposure, serverUser, strongGroups, leftovers],
];

/** A finding under the name of its check. */
export interface Result {
  id: string;
  title: string;
  verdict: Finding['verdict'];
  detail: string;
  next: string | null;
}

/** Milliseconds that one check may take. */
const patienceMs = 8_000;

/** Looks at everything at once; a check that cannot look says so and never stands in the way of the others. */
export async function examine(config: CliConfig, signal: AbortSignal): Promise<Result[]> {
  const subject = await subjectOf(config);
  return await Promise.all(
    checks.map(async (check) => {
      const { verdict, detail, next } = await lookSafely(check, subject, signal);
      return { id: check.id, title: check.title, verdict, detail, next: next ?? null };
    }),
  );
}

async function lookSafely(check: Check, subject: Subject, signal: AbortSignal): Promise<Finding> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const late = new Promise<never>((_, reject) => {
    limit.addEventListener('abort', () => reject(limit.reason), { once: true });
  });
  try {
    return await Promise.race([check.look(subject, limit), late]);
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = limit.aborted ? `no answer within ${patienceMs / 1000} s` : messageOf(error);
    return { verdict: 'unknown', detail: `This could not be looked at: ${reason}.` };
  }
}

async function subjectOf(config: CliConfig): Promise<Subject> {
  const dataDir = dataDirectory(config);
  const found = statSync(dataDir, { throwIfNoEntry: false });
  const installation =
    found?.isDirectory() === true ? installationAt(realpathSync(dataDir), found, config) : undefined;
  const told = installation === undefined ? undefined : await runningUrl(installation);
  const url = told ?? localUrl(config);
  const port = Number(URL.parse(url)?.port || (url.startsWith('https:') ? 443 : 80));
  return { config, dataDir, installation, program: programRoot, url, port };
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}
