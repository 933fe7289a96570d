import type { Condition } from '@nebula/runtime';
import type { Container, EngineStatus, Usage } from './contract.ts';
import { type Happened, type Past, rememberMs } from './happened.ts';

/** What conditions are made of. */
export interface ConditionParts {
  all(): readonly Container[];
  engine(): EngineStatus;
  usage(id: string): Usage | null;
  happened: Happened;
  now(): number;
}

const mebibyte = 1024 * 1024;

/** Reads a value of one container; null when it is not known. */
type Reader = (container: Container, past: Past | null, parts: ConditionParts) => Reading | null;

interface Reading {
  value: number;
  detail?: string;
}

const readers: Record<string, { read: Reader; isSum?: boolean }> = {
  down: { read: downOf },
  unhealthy: { read: unhealthyOf },
  restarts: { read: restartsOf, isSum: true },
  'out-of-memory': { read: outOfMemoryOf },
  'image-check': { read: imageCheckOf },
  'app-cpu': { read: ({ id }, _past, { usage }) => figure(usage(id)?.cpuPercent), isSum: true },
  'app-memory': { read: ({ id }, _past, { usage }) => figure(usage(id)?.memoryBytes, mebibyte), isSum: true },
};

/** What alerts judge of containers, by app; nothing of them while the engine is away, since then nothing is known. */
export function* containerConditions(
  parts: ConditionParts,
  wanted: ReadonlySet<string>,
): Generator<Condition> {
  const { isReachable, detail } = parts.engine();
  const path = '/containers';
  if (wanted.has('engine')) {
    yield { kind: 'engine', subject: 'engine', name: 'Docker', value: isReachable ? 0 : 1, path, detail };
  }
  const containers = parts.all();
  for (const { id, state } of containers) if (state === 'running') parts.happened.ran(id);
  if (!isReachable) return;
  parts.happened.keep(new Set(containers.map(({ id }) => id)));
  for (const [kind, { read, isSum = false }] of Object.entries(readers)) {
    if (wanted.has(kind)) yield* ofKind(kind, read, isSum, containers, parts);
  }
}

/** Of several containers of an app the worst counts, or all together. */
function ofKind(
  kind: string,
  read: Reader,
  isSum: boolean,
  containers: readonly Container[],
  parts: ConditionParts,
): Iterable<Condition> {
  const byApp = new Map<string, Condition>();
  for (const container of containers) {
    const reading = read(container, parts.happened.of(container.id), parts);
    if (reading === null) continue;
    const { app } = container;
    const before = byApp.get(app);
    if (before !== undefined && !isSum && before.value >= reading.value) continue;
    byApp.set(app, {
      ...{ kind, subject: `app/${app}`, name: app, path: `/containers/${container.id}` },
      value: reading.value + (isSum ? (before?.value ?? 0) : 0),
      ...(reading.detail === undefined ? {} : { detail: reading.detail }),
    });
  }
  return byApp.values();
}

/** Ended without anybody asking for it, and not because its work was done; one that we never saw run is not judged. */
function downOf(
  { name, state, exitCode, isOutOfMemory, status }: Container,
  past: Past | null,
): Reading | null {
  if (state !== 'exited' && state !== 'dead') return { value: 0 };
  if (past === null || !past.hasRun) return null;
  if (past.endedAsked || (state === 'exited' && exitCode === 0)) return { value: 0 };
  const why = isOutOfMemory ? 'because memory ran out' : `with code ${exitCode ?? '?'}`;
  return { value: 1, detail: `${name} ended ${why} (${status}).` };
}

function unhealthyOf({ name, state, health }: Container): Reading | null {
  if (state !== 'running' || health === 'starting' || health === 'none') return null;
  return { value: health === 'unhealthy' ? 1 : 0, detail: `The health check of ${name} fails.` };
}

function restartsOf({ name }: Container, past: Past | null): Reading {
  const value = past?.deaths.length ?? 0;
  return { value, detail: `${name} failed ${value} times in ${rememberMs / 60_000} minutes.` };
}

function outOfMemoryOf(
  { name, state, isOutOfMemory }: Container,
  past: Past | null,
  { now }: ConditionParts,
): Reading {
  const since = past === null || past.outOfMemoryAt === null ? Number.NaN : now() - past.outOfMemoryAt;
  const isRecent = since >= 0 && since < rememberMs;
  const isWrong = isRecent || (state === 'exited' && isOutOfMemory && past?.hasRun === true);
  return { value: isWrong ? 1 : 0, detail: `${name} was killed because it ran out of memory.` };
}

function imageCheckOf({ image, update }: Container): Reading | null {
  if (update === 'unchecked') return null;
  return {
    value: update === 'failed' ? 1 : 0,
    detail: `${image} could not be checked against its registry.`,
  };
}

function figure(value: number | undefined, unit = 1): Reading | null {
  return value === undefined ? null : { value: value / unit };
}
