import type { Clock } from '@nebula/clock';
import type { Database } from '@nebula/db';
import type { Docker } from '@nebula/docker';
import { appendEvents } from '@nebula/events';
import type { Log } from '@nebula/log';
import { images } from './contract.ts';
import { parseReference, type Reference } from './reference.ts';
import type { Asked, Login, Registry } from './registry.ts';
import { type CheckRow, keepChecks, pausesOf, saveChecks } from './store.ts';

/** What checks are made with. */
export interface CheckParts {
  docker: Docker;
  registry: Registry;
  database: Database;
  clock: Clock;
  log: Log;
  hostId: string;
  loginFor(registry: string): Promise<Login | null>;
}

interface Used {
  image: string;
  imageId: string;
  reference: Reference | null;
}

/** Between two questions to one registry, so that nobody is asked in a burst. */
const gapMs = 250;
/** A registry that did not answer so often in one round is left alone for the rest of it. */
const patience = 2;
const registriesAtOnce = 4;

/**
 * Compares the images of all containers with their registries and keeps what was found; only `image` when given. Registries
 * are asked side by side, each one question after the other. Answers how many images were looked at.
 */
export async function checkImages(
  parts: CheckParts,
  { image }: { image: string | null },
  signal: AbortSignal,
): Promise<number> {
  const used = await imagesInUse(parts.docker, signal);
  const wanted = image === null ? used : used.filter((one) => one.image === image);
  const pauses = await pausesOf(parts.database.sql, parts.clock.now());
  const byRegistry = [...Map.groupBy(wanted, ({ reference }) => reference?.registry ?? '')];
  const worker = async () => {
    for (let next = byRegistry.pop(); next !== undefined; next = byRegistry.pop()) {
      const [registry, ofRegistry] = next;
      await checkRegistry(parts, registry, ofRegistry, pauses.get(registry) ?? null, signal);
    }
  };
  await Promise.all(Array.from({ length: registriesAtOnce }, worker));
  if (image === null) await keepChecks(parts.database.sql, parts.hostId, used);
  return wanted.length;
}

async function imagesInUse(docker: Docker, signal: AbortSignal): Promise<Used[]> {
  const used = new Map<string, Used>();
  for (const { image, imageId } of await docker.list({ signal })) {
    used.set(`${image} ${imageId}`, { image, imageId, reference: parseReference(image) });
  }
  return [...used.values()];
}

async function checkRegistry(
  parts: CheckParts,
  registry: string,
  used: Used[],
  pausedUntil: Date | null,
  signal: AbortSignal,
): Promise<void> {
  const login = registry === '' ? null : await parts.loginFor(registry);
  let silences = 0;
  let silence: Asked | null = pausedUntil === null ? null : stillPaused(registry, pausedUntil);
  for (const one of used) {
    const local = await parts.docker.image(one.imageId, signal);
    const asksNobody =
      one.reference === null || one.reference.digest !== null || (local?.digests ?? []).length === 0;
    let asked: Asked | null = null;
    if (!asksNobody && one.reference !== null) {
      asked = silence ?? (await parts.registry.digestOf(one.reference, login, signal));
      if ('failure' in asked && asked.failure === 'unreachable') silences += 1;
      const isPaused = 'failure' in asked && asked.failure === 'rate-limited';
      if (isPaused || silences >= patience) silence = asked;
      if (silence === null) await parts.clock.sleep(gapMs, signal);
    }
    await keep(parts, judge(one, local?.digests ?? [], asked, parts));
  }
}

function stillPaused(registry: string, retryAt: Date): Asked {
  const detail = `${registry} was asked too often and wants to be left alone until ${retryAt.toISOString()}.`;
  return { failure: 'rate-limited', detail, retryAt };
}

/** What is known of an image after a check; `asked` is null where nobody had to be asked. */
function judge(
  { image, imageId, reference }: Used,
  digests: readonly string[],
  asked: Asked | null,
  { clock, hostId }: CheckParts,
): CheckRow {
  const own = reference === null ? null : digestOf(reference, digests);
  const row: CheckRow = {
    ...{ hostId, image, imageId, registry: reference?.registry ?? '', localDigest: own },
    state: 'local',
    failure: null,
    detail: '',
    remoteDigest: null,
    checkedAt: clock.now(),
    retryAt: null,
  };
  if (reference?.digest !== undefined && reference.digest !== null) return { ...row, state: 'pinned' };
  if (asked === null) return row;
  if ('failure' in asked) return { ...row, state: 'failed', ...asked };
  const isCurrent = digests.some((digest) => digest.endsWith(`@${asked.digest}`));
  return { ...row, state: isCurrent ? 'current' : 'available', remoteDigest: asked.digest };
}

/** The digest under which the image came from the repository of its name; an image can come from several. */
function digestOf({ registry, repository }: Reference, digests: readonly string[]): string | null {
  const own = digests.find((digest) => {
    const found = parseReference(digest);
    return found?.registry === registry && found.repository === repository;
  });
  return (own ?? digests[0])?.split('@')[1] ?? null;
}

async function keep({ database }: CheckParts, row: CheckRow): Promise<void> {
  const { name, access } = images.events.checked;
  await database.transaction(async (sql) => {
    await saveChecks(sql, [row]);
    await appendEvents(sql, [{ topic: name, access, data: { images: [row.image] } }]);
  });
}
