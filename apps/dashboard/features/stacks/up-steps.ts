import type { Clock } from '@nebula/clock';
import type { Database } from '@nebula/db';
import type { ContainerSummary } from '@nebula/docker';
import { AppError } from '@nebula/errors';
import type { StepContext } from '@nebula/journal';
import type { Vault } from '@nebula/vault';
import { z } from 'zod';
import { settle } from '../containers/index.ts';
import { credentialsFor, type imageSeeker } from '../images/index.ts';
import { mayGrantOf } from './agreeing.ts';
import { StackFileName, StackName } from './contract-shapes.ts';
import { openDraft } from './drafts.ts';
import { readInside } from './folders.ts';
import { madeFrom } from './found.ts';
import { type Agreement, withoutMade } from './gate.ts';
import { type Inspector, type Looked, type Reading, refuseProblems } from './inspecting.ts';
import { secretsIn } from './mask.ts';
import { placesOf, powersOfBody } from './powers.ts';
import { imageOf, type Rendered } from './rendered.ts';
import { digestOf } from './folders.ts';
import { type RunKit, tell } from './run-kit.ts';
import type { Versions } from './versions.ts';

const AgreementShape = z.object({
  kind: z.enum(['service', 'network', 'volume']),
  subject: z.string(),
  rules: z.array(z.string()),
  powers: z.string(),
});

/** Input of the run that brings a stack up; what it writes is a sealed draft. */
export const UpInput = z.object({
  hostId: z.string(),
  name: StackName,
  folder: z.string(),
  files: z.array(StackFileName),
  draftId: z.uuid().nullable(),
  why: z.enum(['saved', 'applied', 'put-back', 'restored', 'imported']),
  /** Whether it is brought up, or only written. */
  isApplied: z.boolean(),
  services: z.array(z.string()),
  containerIds: z.array(z.string()).default([]),
  agreements: z.array(AgreementShape),
  by: z.string(),
});
export type UpInput = z.infer<typeof UpInput>;

/** How a container was before. */
export type Before = {
  id: string;
  service: string;
  state: string;
  startedAt: string | null;
  restartCount: number;
};

export type UpResults = {
  check: { missing: string[]; isBuilt: boolean };
  pull: null;
  hold: Before[];
  write: null;
  build: null;
  up: null;
  settle: null;
  forget: null;
};
export type UpContext = StepContext<UpInput, UpResults>;

/** What the steps work with. */
export interface UpParts extends RunKit {
  clock: Clock;
  database: Database;
  vault: Vault;
  inspector: Inspector;
  versions: Versions;
  seek: ReturnType<typeof imageSeeker>;
}

/** Reads the draft and everything that could be wrong with it, before anything is touched. */
export async function check(parts: UpParts, context: UpContext): Promise<UpResults['check']> {
  const { input, signal } = context;
  tell(parts, context, `Looking at the files of ${input.name}`);
  const reading = await readWhole(parts, await lookedOf(parts, input), signal);
  refuseOtherGate(reading, input.agreements, await containersOf(parts, input.name, signal));
  const { services } = reading.rendered;
  const built = Object.entries(services).filter(([, { build }]) => build !== undefined && build !== null);
  const isBuiltHere = new Set(built.map(([name]) => name));
  const images = new Set(
    Object.entries(services).flatMap(([name, service]) =>
      isBuiltHere.has(name) || !isWanted(input, name) ? [] : [imageOf(input.name, name, service)],
    ),
  );
  const missing: string[] = [];
  for (const image of images) {
    if ((await parts.docker.image(image, signal)) !== null) continue;
    tell(parts, context, `Asking for ${image}`);
    await refuseMissing(parts, image, signal);
    missing.push(image);
  }
  return { missing, isBuilt: built.length > 0 };
}

/** Fetches images, with the logins that are kept; nothing that runs is touched. */
export async function fetchImages(
  parts: UpParts,
  context: Pick<UpContext, 'signal' | 'progress' | 'idempotencyKey' | 'log'>,
  images: readonly string[],
): Promise<void> {
  for (const image of images) {
    tell(parts, context, `Fetching ${image}`);
    await parts.docker.pull(image, {
      credentials: await credentialsFor(parts.database.sql, parts.vault, image),
      signal: context.signal,
      onProgress: ({ fraction, message }) => context.progress(fraction, `${image}: ${message}`),
    });
  }
}

/** The containers of a stack. */
export async function containersOf(
  parts: Pick<RunKit, 'docker'>,
  name: string,
  signal: AbortSignal,
): Promise<ContainerSummary[]> {
  return await parts.docker.list({ label: `com.docker.compose.project=${name}`, signal });
}

/** Remembers how they were. */
export async function hold(parts: UpParts, { input, signal }: UpContext): Promise<Before[]> {
  const found: Before[] = [];
  for (const row of await containersOf(parts, input.name, signal)) {
    const detail = await parts.docker.inspect(row.id, signal);
    if (detail === null) continue;
    const { id, state, startedAt, restartCount } = detail;
    found.push({
      id,
      service: madeFrom(row).service,
      state,
      restartCount,
      startedAt: startedAt?.toISOString() ?? null,
    });
  }
  return found;
}

/** Renders the files on disk once more and answers what compose may be granted for exactly them. */
export async function agreedOf(parts: UpParts, { input, signal }: UpContext) {
  const reading = await readWhole(parts, input, signal);
  refuseOtherGate(reading, input.agreements, await containersOf(parts, input.name, signal));
  const { rendered, hashes } = reading;
  const mayGrant = mayGrantOf({
    project: input.name,
    agreements: input.agreements,
    hashes,
    places: new Map(
      Object.entries(rendered.services).map(([name, service]) => [
        name,
        placesOf(input.name, service, rendered),
      ]),
    ),
    powersOf: (kind, _subject, body) => digestOf(JSON.stringify(powersOfBody(kind, body))),
    actor: input.by,
    reason: `apply stack ${input.name}`,
  });
  return { rendered, mayGrant };
}

/** Waits until what was made or started anew runs well; what nobody touched is not judged. */
export async function settleAll(parts: UpParts, context: UpContext): Promise<void> {
  const { input, memory, signal, clock, progress } = context;
  const before = new Map(memory.read('hold').map((one) => [one.id, one]));
  for (const row of await containersOf(parts, input.name, signal)) {
    const { service } = madeFrom(row);
    if (!isWanted(input, service)) continue;
    const was = before.get(row.id) ?? { startedAt: null, restartCount: 0 };
    const now = await parts.docker.inspect(row.id, signal);
    if (now === null || (was.startedAt !== null && now.startedAt?.toISOString() === was.startedAt)) continue;
    tell(parts, context, `Watching that ${row.name} stays up`);
    try {
      await settle(parts.docker, row.id, { signal, clock, progress, before: was });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw new AppError(error.code, `${service}: ${error.message}`, { cause: error });
    }
  }
}

/** Secret values of the stack's files on disk, which are kept out of the output. */
export async function secretsOf({ folder, files }: Pick<UpInput, 'folder' | 'files'>): Promise<string[]> {
  const names = new Set([...files, '.env']);
  const texts = await Promise.all([...names].map((name) => readInside(folder, name).catch(() => null)));
  return texts.flatMap((file) => (file === null ? [] : secretsIn(file.name, file.text)));
}

/** Looks at the files as they are on disk now. Throws STACK_INVALID when compose may not be started on them any more. */
export async function lookAgain(
  parts: UpParts,
  { name, folder }: Pick<UpInput, 'name' | 'folder'>,
  signal: AbortSignal,
): Promise<void> {
  await readWhole(parts, { name, folder }, signal);
}

async function readWhole(
  parts: UpParts,
  looked: Looked,
  signal: AbortSignal,
): Promise<Reading & { rendered: Rendered }> {
  const { name, folder, texts } = looked;
  const reading = await parts.inspector.read(
    { name, folder, ...(texts === undefined ? {} : { texts }) },
    signal,
  );
  refuseProblems(reading.problems);
  const { rendered } = reading;
  if (rendered === null) throw new AppError('STACK_INVALID', 'Compose refuses these files.');
  return { ...reading, rendered };
}

async function lookedOf({ database, vault }: UpParts, { name, folder, draftId }: UpInput): Promise<Looked> {
  if (draftId === null) return { name, folder };
  const files = await openDraft(database.sql, vault, draftId);
  return { name, folder, texts: new Map(files.map((file) => [file.name, file.text])) };
}

/** Throws GATE_CLOSED unless the gate is exactly what was agreed to. */
export function refuseOtherGate(
  { gate: whole, hashes }: Pick<Reading, 'gate' | 'hashes'>,
  agreements: readonly Agreement[],
  made: readonly ContainerSummary[],
): void {
  const gate = withoutMade(whole, hashes, made);
  const never = gate.items.find(({ canBeGranted }) => !canBeGranted);
  const keyOf = (one: Agreement) =>
    JSON.stringify([one.kind, one.subject, one.powers, [...one.rules].sort()]);
  const agreed = new Set(agreements.map(keyOf));
  if (never === undefined && gate.agreements.every((one) => agreed.has(keyOf(one)))) return;
  const said = gate.items.map(({ subject, rule, why }) => `${subject}: ${why} [${rule}]`);
  throw new AppError(
    'GATE_CLOSED',
    `The broker refuses this${never === undefined ? ' without the word of an administrator' : ''}: ${said.slice(0, 10).join('; ')}.`,
    { data: { gateDigest: gate.digest, rules: [...new Set(gate.items.map(({ rule }) => rule))] } },
  );
}

async function refuseMissing({ seek }: UpParts, image: string, signal: AbortSignal): Promise<void> {
  const asked = await seek(image, signal);
  // A registry that wants to be left alone still answers the engine, which fetches before anything is touched.
  if (asked !== null && ('digest' in asked || asked.failure === 'rate-limited')) return;
  const why = asked === null ? 'this is no name of an image' : asked.detail;
  throw new AppError(
    'IMAGE_MISSING',
    `There is no image ${image}, here or at its registry: ${why} Nothing was touched.`,
  );
}

function isWanted({ services }: UpInput, service: string): boolean {
  return services.length === 0 || services.includes(service);
}
