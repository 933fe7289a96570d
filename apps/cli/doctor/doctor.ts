import { realpathSync, statSync } from 'node:fs';
import { dataDirectory, installationAt, programRoot, runningUrl } from '../local/installation.ts';
import type { CliConfig } from '../settings.ts';
import { localUrl } from '../contexts/target.ts';
import { type Area, type Check, type Finding, reasonOf, type Subject, systemCode, unknown } from './check.ts';
import { broker, portHolder } from './checks/broker.ts';
import { dataPlace, keys, leftovers, runtime } from './checks/data.ts';
import { database } from './checks/database.ts';
import { docker, engineMounts, engineSetup, engineTcp, published } from './checks/engine.ts';
import { handOver } from './checks/hand-over.ts';
import { clock, disk, engineDisk, inodes, memory } from './checks/machine.ts';
import { exposure, names, webPorts } from './checks/network.ts';
import { dockerGroup, serverUser, strongGroups } from './checks/rights.ts';
import { health } from './checks/server.ts';
import { kernel, timeZone, updates } from './checks/system.ts';
import { EngineSilent } from './engine-facts.ts';
import { lastStart } from './last-start.ts';

/** Everything that is looked at. */
export const checks: readonly Check[] = [
  ...[runtime, database, broker, health, portHolder, leftovers],
  ...[docker, engineSetup, engineDisk, published, engineMounts, engineTcp],
  ...[exposure, webPorts, handOver, names],
  ...[dataPlace, keys, serverUser, strongGroups, dockerGroup],
  ...[disk, inodes, memory, kernel, clock, timeZone, updates],
];

/** A finding under the name of its check. */
export interface Result {
  id: string;
  area: Area;
  title: string;
  /** Why it matters. */
  meaning: string;
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
      const { id, area, title, meaning } = check;
      return { id, area, title, meaning, verdict, detail, next: next ?? null };
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
    if (error instanceof EngineSilent) return unknown('No engine answers; "Docker" says why.');
    if (systemCode(error) === 'EACCES')
      return unknown(`Only its owner and root may look at ${pathOf(error)}.`);
    const reason = limit.aborted ? `no answer within ${patienceMs / 1000} s` : reasonOf(error);
    return unknown(`This could not be looked at: ${reason}.`);
  }
}

async function subjectOf(config: CliConfig): Promise<Subject> {
  const dataDir = dataDirectory(config);
  const found = statSync(dataDir, { throwIfNoEntry: false });
  const installation =
    found?.isDirectory() === true ? installationAt(realpathSync(dataDir), found, config) : undefined;
  const told = installation === undefined ? undefined : await runningUrl(installation);
  const last = await lastStart(dataDir);
  const url = told ?? last.url ?? localUrl(config);
  const port = Number(URL.parse(url)?.port || (url.startsWith('https:') ? 443 : 80));
  const engine = last.engine ?? '/var/run/docker.sock';
  return { config, dataDir, installation, program: programRoot, url, port, engine };
}

function pathOf(error: unknown): string {
  return error instanceof Error && 'path' in error ? String(error.path) : 'what it needs';
}
