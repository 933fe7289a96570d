import type { Database } from '@nebula/db';
import type { Docker, NewContainer as EngineContainer } from '@nebula/docker';
import { AppError, DriverError } from '@nebula/errors';
import { defineRun, type RunDefinition, type Step, type StepContext } from '@nebula/journal';
import type { Vault } from '@nebula/vault';
import { z } from 'zod';
import { credentialsFor } from '../images/index.ts';
import { ImageReference } from '../images/contract.ts';
import { ContainerName, type NewContainer } from './contract.ts';
import { openDraft } from './drafts.ts';
import { type Settled, settle } from './settle.ts';
import { deleteDraft } from './store.ts';

/** Kind of the run behind *Create*. */
export const createKind = 'containers.create';

/** Label that says which run made a container, so that it is found again after a crash. */
const runLabel = 'nebula.made-by';

const Input = z.object({
  hostId: z.string(),
  name: ContainerName,
  image: ImageReference,
  draftId: z.uuid(),
});
type Input = z.infer<typeof Input>;

type Results = {
  image: { isFetched: boolean };
  create: { id: string };
  networks: null;
  start: null;
  settle: Settled;
  forget: null;
};
type Context = StepContext<Input, Results>;

/** What the run is made with. */
export interface CreateParts {
  docker: Docker;
  database: Database;
  vault: Vault;
}

const retry = { max: 5, backoff: '1s' } as const;

/**
 * Makes a container: fetches its image when it is not here, makes it, joins its networks, starts it, waits until it runs well.
 * When something fails, the container goes, and the image when it was fetched for it. Volumes stay, empty or not.
 */
export function createRun(parts: CreateParts): RunDefinition {
  const { docker, database, vault } = parts;
  const wantedBy = ({ input }: Context) => openDraft(database.sql, vault, input.draftId);
  const steps: Step<Input, Results>[] = [
    imageStep(parts),
    createStep(docker, wantedBy),
    {
      name: 'networks',
      title: 'Join its other networks',
      effect: 'idempotent',
      timeout: '2m',
      retry,
      run: async (context) => {
        const { id } = context.memory.read('create');
        const [, ...others] = (await wantedBy(context)).networks;
        const joined = new Set((await docker.inspect(id, context.signal))?.networks.map(({ name }) => name));
        for (const name of others) if (!joined.has(name)) await docker.connect(name, id, context.signal);
        return null;
      },
    },
    {
      name: 'start',
      title: 'Start it',
      effect: 'observable',
      timeout: '3m',
      retry,
      // It goes with the container.
      observe: async ({ memory, signal }) =>
        ((await docker.inspect(memory.read('create').id, signal))?.startedAt ?? null) === null
          ? 'not-done'
          : { done: null },
      run: async ({ memory, signal }) => {
        await docker.start(memory.read('create').id, signal);
        return null;
      },
    },
    {
      name: 'settle',
      title: 'Wait until it runs well',
      effect: 'idempotent',
      timeout: '5m',
      retry,
      run: ({ memory, signal, clock, progress }) =>
        settle(docker, memory.read('create').id, {
          ...{ signal, clock, progress },
          before: { startedAt: null, restartCount: 0 },
        }),
    },
    {
      name: 'forget',
      title: 'Forget the draft with its secrets',
      effect: 'idempotent',
      timeout: '30s',
      retry,
      run: async ({ input }) => {
        await deleteDraft(database.sql, input.draftId);
        return null;
      },
    },
  ];
  return defineRun<Input, Results>({
    kind: createKind,
    title: 'Make container',
    parse: (input) => Input.parse(input),
    // Two containers cannot have one name, so the name is what is worked on.
    target: ({ name, hostId }) => ({ type: 'container-name', id: name, name, hostId }),
    onConflict: 'refuse',
    cancellable: true,
    steps: () => steps,
  });
}

function imageStep({ docker, database, vault }: CreateParts): Step<Input, Results> {
  return {
    name: 'image',
    title: 'Fetch the image',
    effect: 'idempotent',
    timeout: '1h',
    retry,
    plan: async ({ input }) => [{ kind: 'pull', target: input.image, before: null, after: null }],
    run: async ({ input, signal, progress }) => {
      if ((await docker.image(input.image, signal)) !== null) return { isFetched: false };
      const credentials = await credentialsFor(database.sql, vault, input.image);
      await docker.pull(input.image, {
        credentials,
        signal,
        onProgress: ({ fraction, message }) => progress(fraction, message),
      });
      return { isFetched: true };
    },
    undo: {
      effect: 'idempotent',
      run: async ({ input, memory, signal }) => {
        if (memory.find('image')?.isFetched !== true) return;
        if ((await docker.image(input.image, signal)) === null) return;
        try {
          await docker.removeImage(input.image, signal);
        } catch (error) {
          // Somebody uses it by now; then it is not ours to take away.
          if (!(error instanceof DriverError) || error.kind !== 'rejected') throw error;
        }
      },
    },
  };
}

function createStep(
  docker: Docker,
  wantedBy: (context: Context) => Promise<NewContainer>,
): Step<Input, Results> {
  const madeBy = async ({ idempotencyKey, signal }: Context) =>
    (await docker.list({ label: `${runLabel}=${idempotencyKey}`, signal }))[0];
  return {
    name: 'create',
    title: 'Make the container',
    effect: 'observable',
    timeout: '3m',
    retry,
    plan: async ({ input }) => [{ kind: 'create', target: input.name, before: null, after: input.image }],
    observe: async (context) => {
      const made = await madeBy(context);
      return made === undefined ? 'not-done' : { done: { id: made.id } };
    },
    run: async (context) => {
      const made = await madeBy(context);
      if (made !== undefined) return { id: made.id };
      const wanted = engineContainer(await wantedBy(context), context.idempotencyKey);
      return { id: await docker.create(wanted, context.signal) };
    },
    undo: {
      effect: 'idempotent',
      run: async ({ memory, signal }) => {
        const { id } = memory.read('create');
        if ((await docker.inspect(id, signal)) !== null) await docker.remove(id, true, signal);
      },
    },
  };
}

function engineContainer(wanted: NewContainer, idempotencyKey: string): EngineContainer {
  return {
    ...wanted,
    environment: wanted.environment.map(({ name, value }) => `${name}=${value}`),
    labels: { [runLabel]: idempotencyKey },
    network: wanted.networks[0] ?? null,
  };
}

/** What the schema cannot say about a container. Throws BAD_INPUT with the fields. */
export function refuseContradictions(wanted: NewContainer, appRoots: readonly string[]): void {
  const fields: { path: string; message: string }[] = [];
  const say = (path: string, message: string) => void fields.push({ path: `body.${path}`, message });
  wanted.mounts.forEach(({ type, source }, at) => {
    const path = `mounts.${at}.source`;
    if (type === 'volume' && !/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(source))
      say(path, 'A volume is named with letters, digits, dots, dashes and underscores.');
    if (type === 'bind' && !isBelow(source, appRoots))
      say(path, `A path of the machine must lie below ${appRoots.join(' or ')}.`);
  });
  twice(wanted.mounts.map(({ target }) => target)).forEach((at) =>
    say(`mounts.${at}.target`, 'Two mounts cannot have one place.'),
  );
  const published = wanted.ports.map(({ published: port, protocol, address }) =>
    port === null ? '' : `${address} ${port} ${protocol}`,
  );
  twice(published).forEach((at) => say(`ports.${at}.published`, 'This port is published twice.'));
  twice(wanted.environment.map(({ name }) => name)).forEach((at) =>
    say(`environment.${at}.name`, 'This name is there twice.'),
  );
  if (fields.length > 0)
    throw new AppError('BAD_INPUT', fields[0]?.message ?? 'This does not go together.', { fields });
}

function isBelow(path: string, roots: readonly string[]): boolean {
  const isPlain = path
    .split('/')
    .every((part, at) => (at === 0 ? part === '' : part !== '' && part !== '.' && part !== '..'));
  return isPlain && roots.some((root) => path === root || path.startsWith(`${root}/`));
}

function twice(values: readonly string[]): number[] {
  return values.flatMap((value, at) => (value !== '' && values.indexOf(value) < at ? [at] : []));
}
