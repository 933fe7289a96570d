import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, DriverError } from '@nebula/errors';
import { sampleEngine } from './sample-engine.ts';
import { callHttp } from './sample-http.ts';
import { defineRun, type RunDefinition, type Step } from './step.ts';

/** Where the sample run's effects go. */
export interface SampleOutside {
  /** Folder of the files. */
  dir: string;
  engineSocket: string;
  image: string;
  /** Port of a lossy service on loopback. */
  httpPort: number;
}

/** What a sample run is started with. */
export interface SampleInput {
  name: string;
  /** Whether its last step succeeds; otherwise all is undone. */
  ending: 'good' | 'bad';
}

/** Kind of {@link sampleRun}. */
export const sampleKind = 'sample.three-effects';

/**
 * A run with one effect of each sort that can be resumed: a file written atomically (idempotent), a container on a real
 * engine (observable by its label) and an HTTP call whose answer is lost (observable by asking). For tests and figures.
 */
export function sampleRun(outside: SampleOutside): RunDefinition {
  return defineRun<SampleInput>({
    kind: sampleKind,
    title: 'Make three effects',
    parse: parseInput,
    target: ({ name }) => ({ type: 'sample', id: name }),
    onConflict: 'refuse',
    cancellable: true,
    steps: () => [fileStep(outside), containerStep(outside), httpStep(outside), endStep],
  });
}

/** Names of the files that a sample run writes: the file, and the one it is written to before. */
export function sampleFiles(dir: string, name: string): { file: string; partial: string } {
  return { file: join(dir, `${name}.txt`), partial: join(dir, `${name}.partial`) };
}

function fileStep({ dir }: SampleOutside): Step<SampleInput> {
  return {
    name: 'write-file',
    title: 'Write the file',
    effect: 'idempotent',
    timeout: '30s',
    async plan({ input }) {
      const before = await readFile(sampleFiles(dir, input.name).file, 'utf8').catch(() => null);
      return [{ kind: 'write', target: sampleFiles(dir, input.name).file, before, after: input.name }];
    },
    async run({ input }) {
      const { file, partial } = sampleFiles(dir, input.name);
      const handle = await open(partial, 'w', 0o600);
      try {
        await handle.writeFile(input.name);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(partial, file);
      return { file };
    },
    undo: {
      effect: 'idempotent',
      async run({ input }) {
        const { file, partial } = sampleFiles(dir, input.name);
        await rm(partial, { force: true });
        await rm(file, { force: true });
      },
    },
  };
}

function containerStep({ engineSocket, image }: SampleOutside): Step<SampleInput> {
  const engine = sampleEngine(engineSocket);
  return {
    name: 'start-container',
    title: 'Start the container',
    effect: 'observable',
    timeout: '1m',
    retry: { max: 3, backoff: '500ms' },
    async observe({ idempotencyKey, signal }) {
      const [found] = await engine.find(idempotencyKey, signal);
      return found?.isRunning === true ? { done: { id: found.id } } : 'not-done';
    },
    async run({ idempotencyKey, signal }) {
      // An attempt before may have come half-way: made, but not started.
      const [found] = await engine.find(idempotencyKey, signal);
      const id = found?.id ?? (await engine.create(idempotencyKey, image, signal));
      await engine.start(id, signal);
      return { id };
    },
    undo: {
      effect: 'observable',
      async observe({ idempotencyKey, signal }) {
        return (await engine.find(idempotencyKey, signal)).length === 0 ? 'done' : 'not-done';
      },
      async run({ idempotencyKey, signal, clock }) {
        for (;;) {
          const found = await engine.find(idempotencyKey, signal);
          if (found.length === 0) return;
          for (const { id } of found) await engine.remove(id, signal);
          await clock.sleep(20, signal);
        }
      },
    },
  };
}

function httpStep({ httpPort: port }: SampleOutside): Step<SampleInput> {
  async function effectOf(key: string, signal: AbortSignal): Promise<object | null> {
    const { body } = await callHttp({ port }, { method: 'GET', path: `/effects/${key}`, signal });
    return typeof body === 'object' ? body : null;
  }
  return {
    name: 'call-service',
    title: 'Call the service',
    effect: 'observable',
    timeout: '30s',
    retry: { max: 3, backoff: '20ms' },
    async observe({ idempotencyKey, signal }) {
      return (await effectOf(idempotencyKey, signal)) === null ? 'not-done' : 'done';
    },
    async run({ idempotencyKey, signal }) {
      const { status } = await callHttp(
        { port },
        { method: 'POST', path: `/effects/${idempotencyKey}`, signal },
      );
      if (status !== 201) throw new DriverError('rejected', `The service answered ${status}.`);
      return null;
    },
    undo: {
      effect: 'observable',
      async observe({ idempotencyKey, signal }) {
        const effect = await effectOf(idempotencyKey, signal);
        return effect !== null && 'undone' in effect && effect.undone === 0 ? 'not-done' : 'done';
      },
      async run({ idempotencyKey, signal }) {
        await callHttp({ port }, { method: 'POST', path: `/effects/${idempotencyKey}/undo`, signal });
      },
    },
  };
}

const endStep: Step<SampleInput> = {
  name: 'check',
  title: 'Check the whole',
  effect: 'idempotent',
  timeout: '30s',
  async run({ input }) {
    if (input.ending === 'bad') throw new AppError('CHECK_FAILED', 'The check failed.');
    return null;
  },
};

function parseInput(input: unknown): SampleInput {
  if (typeof input === 'object' && input !== null && 'name' in input && 'ending' in input) {
    const { name, ending } = input;
    if (typeof name === 'string' && /^[a-z0-9-]+$/.test(name) && (ending === 'good' || ending === 'bad')) {
      return { name, ending };
    }
  }
  throw new AppError('BAD_INPUT', 'A sample run takes a name and an ending.');
}
