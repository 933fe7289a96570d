import { defineRun, type RunDefinition, type Step } from '@nebula/journal';
import { z } from 'zod';
import { StackName } from './contract-shapes.ts';
import { refuseProblems } from './inspecting.ts';
import { imageOf } from './rendered.ts';
import { tell } from './run-kit.ts';
import { containersOf, fetchImages, type UpParts } from './up-steps.ts';

/** Kind of the run behind *Pull*. */
export const pullKind = 'stacks.pull';

const Input = z.object({ hostId: z.string(), name: StackName, folder: z.string().nullable() });
type Input = z.infer<typeof Input>;
type Results = { images: string[]; pull: null };

const retry = { max: 8, backoff: '1s' } as const;

/** Fetches what the registries have under the names of a stack's images; what runs goes on as it is. */
export function pullRun(parts: UpParts): RunDefinition {
  const steps: Step<Input, Results>[] = [
    {
      name: 'images',
      title: 'See which images it uses',
      effect: 'idempotent',
      timeout: '2m',
      retry,
      run: async ({ input, signal }) => {
        const { name, folder } = input;
        if (folder === null)
          return [...new Set((await containersOf(parts, name, signal)).map(({ image }) => image))].filter(
            isFetched,
          );
        const { problems, rendered } = await parts.inspector.read({ name, folder }, signal);
        refuseProblems(problems);
        const services = Object.entries(rendered?.services ?? {}).filter(
          ([, { build }]) => build === undefined || build === null,
        );
        return [...new Set(services.map(([service, one]) => imageOf(name, service, one)))].filter(isFetched);
      },
    },
    {
      name: 'pull',
      title: 'Fetch them',
      effect: 'idempotent',
      timeout: '2h',
      retry,
      plan: async ({ input }) => [{ kind: 'pull', target: input.name, before: null, after: null }],
      run: async (context) => {
        await fetchImages(parts, context, context.memory.read('images'));
        tell(parts, context, 'All images are here; bring the stack up to use them');
        return null;
      },
    },
  ];
  return defineRun<Input, Results>({
    kind: pullKind,
    title: 'Fetch images of stack',
    parse: (input) => Input.parse(input),
    target: ({ name, hostId }) => ({ type: 'stack', id: name, name, hostId }),
    onConflict: 'refuse',
    cancellable: true,
    steps: () => steps,
  });
}

/** A bare id has no registry behind it. */
function isFetched(image: string): boolean {
  return !/^(?:sha256:)?[0-9a-f]{12,64}$/.test(image);
}
