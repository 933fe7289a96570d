import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { slot } from '@nebula/exec';
import { AppError, DriverError } from '@nebula/errors';
import { defineRun, type RunDefinition, type Step } from '@nebula/journal';
import type { ComposeStack } from './compose-cli.ts';
import { openDraft } from './drafts.ts';
import { digestOf, isManaged, readInside } from './folders.ts';
import { composeStep, heldContainers, runOf, tell } from './run-kit.ts';
import { deleteDraft } from './store.ts';
import {
  agreedOf,
  type Before,
  check,
  containersOf,
  fetchImages,
  hold,
  lookAgain,
  secretsOf,
  settleAll,
  type UpContext,
  UpInput,
  type UpParts,
  type UpResults,
} from './up-steps.ts';
import { type Kept, writeWhole } from './versions.ts';

/** Kinds of the runs that write files, and that bring a stack up. */
export const writeKind = 'stacks.write';
export const upKind = 'stacks.up';

const retry = { max: 8, backoff: '1s' } as const;
type UpStep = Step<UpInput, UpResults>;

/**
 * Brings a stack up. Everything that can be wrong is found before anything is touched: syntax, gate, images; they are fetched
 * before a file is written or a container replaced. When it fails after that, the files and the containers of before are put
 * back, and what was written is kept as a version. No volume is ever removed.
 */
export function upRuns(parts: UpParts): RunDefinition[] {
  const common = {
    parse: (input: unknown) => UpInput.parse(input),
    target: ({ name, hostId }: UpInput) => ({ type: 'stack', id: name, name, hostId }),
    onConflict: 'refuse',
    cancellable: true,
  } as const;
  return [
    defineRun<UpInput, UpResults>({
      ...common,
      kind: writeKind,
      title: 'Write files of stack',
      steps: () => [writeStep(parts), forgetStep(parts)],
    }),
    defineRun<UpInput, UpResults>({
      ...common,
      kind: upKind,
      title: 'Bring stack up',
      also: heldContainers,
      steps: ({ draftId }) => [
        checkStep(parts),
        pullStep(parts),
        holdStep(parts),
        ...(draftId === null ? [] : [writeStep(parts)]),
        buildStep(parts),
        upStep(parts),
        settleStep(parts),
        ...(draftId === null ? [] : [forgetStep(parts)]),
      ],
    }),
  ];
}

function checkStep(parts: UpParts): UpStep {
  return {
    name: 'check',
    title: 'Check files, gate and images',
    effect: 'idempotent',
    timeout: '5m',
    retry,
    run: (context) => check(parts, context),
  };
}

function pullStep(parts: UpParts): UpStep {
  return {
    name: 'pull',
    title: 'Fetch images that are not here',
    effect: 'idempotent',
    timeout: '2h',
    retry,
    run: async (context) => {
      await fetchImages(parts, context, context.memory.read('check').missing);
      return null;
    },
  };
}

/** Undone last, when the files are those of before again. */
function holdStep(parts: UpParts): UpStep {
  return {
    name: 'hold',
    title: 'Remember what runs',
    effect: 'idempotent',
    timeout: '1m',
    retry,
    run: (context) => hold(parts, context),
    undo: {
      effect: 'idempotent',
      run: async (context) => {
        const before = context.memory.find('hold');
        // Interrupted before it knew what runs: nothing was touched yet.
        if (before !== undefined) await putBack(parts, context, before);
      },
    },
  };
}

/** A link in its place would lead the files elsewhere. */
async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  if (!(await isManaged(folder, [dirname(folder)])))
    throw new AppError('NOT_MANAGED', `${folder} is a link, and nothing is written through it.`);
}

function writeStep(parts: UpParts): UpStep {
  const { database, vault, versions, clock } = parts;
  const wantedBy = ({ input }: UpContext) =>
    input.draftId === null ? Promise.resolve([]) : openDraft(database.sql, vault, input.draftId);

  async function isWritten(context: UpContext): Promise<boolean> {
    for (const { name, text } of await wantedBy(context)) {
      if ((await readInside(context.input.folder, name))?.sha256 !== digestOf(text)) return false;
    }
    return true;
  }

  return {
    name: 'write',
    title: 'Write the files; the versions before are kept',
    effect: 'observable',
    timeout: '1m',
    plan: async ({ input }) =>
      input.files.map((file) => ({
        kind: 'write',
        target: join(input.folder, file),
        before: null,
        after: null,
      })),
    observe: async (context) => ((await isWritten(context)) ? { done: null } : 'not-done'),
    run: async (context) => {
      const { input } = context;
      const wanted = await wantedBy(context);
      const before: Kept['files'] = [];
      for (const { name, text, before: opened } of wanted) {
        const found = await readInside(input.folder, name);
        if (found !== null) before.push({ name, text: found.text });
        const isOurs = found?.sha256 === digestOf(text);
        if (!isOurs && (found?.sha256 ?? null) !== opened) throw fileChanged(name);
      }
      const { by, why } = input;
      if (before.length > 0)
        await versions.keep(input.name, {
          id: runOf(context),
          at: clock.now().toISOString(),
          by,
          why,
          files: before,
        });
      await makeFolder(input.folder);
      for (const { name, text } of wanted)
        await writeWhole(join(input.folder, name), text, name.endsWith('.env') ? 0o600 : 0o644);
      tell(parts, context, `Written: ${wanted.map(({ name }) => name).join(', ')}`);
      return null;
    },
    undo: { effect: 'idempotent', run: (context) => unwrite(parts, context) },
  };
}

/** Puts files back as far as nobody else has changed them since; what was written is kept as a version. */
async function unwrite(parts: UpParts, context: UpContext): Promise<void> {
  const { input } = context;
  const { versions, database, vault, clock } = parts;
  if (input.draftId === null) return;
  const kept = await versions.find(input.name, runOf(context));
  const wanted = await openDraft(database.sql, vault, input.draftId);
  const written: Kept['files'] = [];
  for (const { name, text } of wanted) {
    const found = await readInside(input.folder, name);
    const old = kept?.files.find((file) => file.name === name);
    if (found === null || found.sha256 !== digestOf(text) || old?.text === text) continue;
    // A new file is the only copy of what somebody wrote; it stays.
    if (old === undefined) {
      tell(parts, context, `${name} is new and stays, so that nothing is lost`);
      continue;
    }
    written.push({ name, text });
    const id = keptIdOf(runOf(context));
    await versions.keep(input.name, {
      id,
      at: clock.now().toISOString(),
      by: input.by,
      why: 'put-back',
      files: written,
    });
    await writeWhole(join(input.folder, name), old.text, 0o600);
    tell(parts, context, `${name} is as it was before; what was written is among its versions`);
  }
}

function buildStep(parts: UpParts): UpStep {
  return {
    name: 'build',
    title: 'Build images that are made here',
    effect: 'idempotent',
    timeout: '2h',
    retry,
    run: async (context) => {
      if (!context.memory.read('check').isBuilt) return null;
      // Images were fetched since the files were looked at, which takes its time.
      await lookAgain(parts, context.input, context.signal);
      await composeStep(
        parts,
        context,
        await stackOf(parts, context),
        ['build', ...context.input.services.map(slot)],
        {
          secrets: await secretsOf(context.input),
        },
      );
      return null;
    },
  };
}

function upStep(parts: UpParts): UpStep {
  return {
    name: 'up',
    title: 'Make and start its containers',
    effect: 'idempotent',
    timeout: '30m',
    retry,
    plan: async ({ input }) => [{ kind: 'up', target: input.name, before: null, after: null }],
    run: async (context) => {
      const { mayGrant } = await agreedOf(parts, context);
      await bringUp(parts, context, { mayGrant });
      return null;
    },
  };
}

function settleStep(parts: UpParts): UpStep {
  return {
    name: 'settle',
    title: 'Wait until it runs well',
    effect: 'idempotent',
    timeout: '10m',
    retry,
    run: async (context) => {
      await settleAll(parts, context);
      tell(parts, context, 'Everything runs');
      return null;
    },
  };
}

function forgetStep({ database }: UpParts): UpStep {
  return {
    name: 'forget',
    title: 'Forget the draft',
    effect: 'idempotent',
    timeout: '30s',
    retry,
    run: async ({ input }) => {
      if (input.draftId !== null) await deleteDraft(database.sql, input.draftId);
      return null;
    },
  };
}

async function bringUp(
  parts: UpParts,
  context: UpContext,
  { mayGrant }: Partial<Awaited<ReturnType<typeof agreedOf>>>,
): Promise<void> {
  const { services } = context.input;
  const orphans = services.length === 0 ? ['--remove-orphans'] : [];
  await composeStep(
    parts,
    context,
    await stackOf(parts, context),
    ['up', '-d', '--no-build', '--pull', 'never', ...orphans, ...services.map(slot)],
    { secrets: await secretsOf(context.input), ...(mayGrant === undefined ? {} : { mayGrant }) },
  );
}

/** Brings back the containers of before: those that are still there are started, those that were replaced are made again. */
async function putBack(parts: UpParts, context: UpContext, before: readonly Before[]): Promise<void> {
  const { input, signal } = context;
  const now = await containersOf(parts, input.name, signal);
  if (isAsBefore(before, now)) return;
  if (before.length === 0) {
    tell(parts, context, 'Nothing of this stack ran before: its containers are taken away, its volumes stay');
    await composeStep(parts, context, { name: input.name }, ['down', '--remove-orphans']);
    return;
  }
  tell(parts, context, 'Putting back the containers of before');
  const there = new Set(now.map(({ id }) => id));
  if (before.some(({ id }) => !there.has(id))) await bringUp(parts, context, {});
  const services = (wanted: boolean) => [
    ...new Set(before.filter(({ state }) => (state === 'running') === wanted).map(({ service }) => service)),
  ];
  for (const service of services(true))
    await composeStep(parts, context, { name: input.name }, ['start', slot(service)]);
  for (const service of services(false))
    await composeStep(parts, context, { name: input.name }, ['stop', slot(service)]);
  tell(parts, context, 'The stack is as it was before');
}

function isAsBefore(before: readonly Before[], now: Awaited<ReturnType<typeof containersOf>>): boolean {
  const states = new Map(now.map(({ id, state }) => [id, state]));
  return before.length === now.length && before.every(({ id, state }) => states.get(id) === state);
}

async function stackOf({ inspector }: UpParts, { input }: UpContext): Promise<ComposeStack> {
  return await inspector.onDisk(input.name, input.folder);
}

/** A name for the version that an undo keeps: the same at every attempt, and after that of the run. */
function keptIdOf(runId: string): string {
  return `${runId.slice(0, -1)}${runId.endsWith('f') ? '0' : 'f'}`;
}

/** Somebody else has changed a file in the meantime. */
export function fileChanged(name: string): AppError {
  return new AppError(
    'FILE_CHANGED',
    `${name} was changed by somebody else since it was opened; nothing was written.`,
    {
      data: { file: name },
    },
  );
}

/** What the engine or the broker said, as callers get it. */
export function problemOf(error: unknown): unknown {
  if (!(error instanceof DriverError)) return error;
  if (error.kind !== 'unavailable') return new AppError('UPSTREAM_REJECTED', error.message, { cause: error });
  return new AppError('UNAVAILABLE', error.message, { cause: error, retryAfterSeconds: 5 });
}
