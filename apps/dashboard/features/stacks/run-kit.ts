import type { Argument } from '@nebula/exec';
import type { Docker, SignGrant } from '@nebula/docker';
import { AppError, DriverError } from '@nebula/errors';
import type { RunTarget, StepContext } from '@nebula/journal';
import type { Log } from '@nebula/log';
import type { ComposeCli, ComposeStack } from './compose-cli.ts';
import { openRelay, type MayGrant } from './grant-relay.ts';
import { withoutValues } from './mask.ts';
import { type Outputs, tidy } from './output.ts';

/** What runs of stacks work with. */
export interface RunKit {
  compose: ComposeCli;
  docker: Docker;
  /** Socket of the broker's Docker API; null where there is none. */
  dockerSocket: string | null;
  sign: SignGrant;
  outputs: Outputs;
  /** Directory for the sockets of relays. */
  relayDir: string;
  log: Log;
}

/** The part of a step's context that a command needs. */
export type Stepping = Pick<StepContext<unknown>, 'signal' | 'progress' | 'idempotencyKey' | 'log'>;

const nobody: MayGrant = () => null;
const longestMs = 30 * 60_000;
const wordsTold = 1500;

/** The id of the run a step belongs to. */
export function runOf({ idempotencyKey }: Pick<Stepping, 'idempotencyKey'>): string {
  return idempotencyKey.slice(0, 36);
}

/**
 * Runs a command of compose as a step: what it writes goes to the run's output as it comes. Throws a DriverError
 * `unavailable` while the engine is away, so that the journal waits and tries again, and COMPOSE_FAILED with its last words.
 */
export async function composeStep(
  kit: RunKit,
  step: Stepping,
  stack: ComposeStack,
  args: Argument[],
  { mayGrant = nobody, secrets = [] }: { mayGrant?: MayGrant; secrets?: readonly string[] } = {},
): Promise<void> {
  const { compose, outputs, dockerSocket } = kit;
  if (dockerSocket === null) throw new DriverError('unavailable', 'The container engine does not answer.');
  await using relay = await openRelay({
    ...{ broker: dockerSocket, sign: kit.sign, mayGrant, log: step.log, dir: kit.relayDir },
  });
  const runId = runOf(step);
  const write = byLine((lines) => {
    outputs.append(runId, lines, secrets);
    step.progress(null, lastLineOf(lines));
  });
  const outcome = await compose.run(stack, args, {
    ...{ socket: relay.socket, signal: step.signal, timeoutMs: longestMs, maxOutput: 262_144 },
    onOutput: write.add,
  });
  write.end();
  await outputs.flush();
  if (outcome.code === 0) return;
  if (relay.wasAway())
    throw new DriverError('unavailable', 'The container engine went away in the middle of it.');
  throw new AppError('COMPOSE_FAILED', tidy(withoutValues(failureIn(outcome.stderr)), secrets));
}

/** The containers that a stack had when the run began: nobody does something else to one of them meanwhile. */
export function heldContainers({
  hostId,
  containerIds,
}: {
  hostId: string;
  containerIds: readonly string[];
}): RunTarget[] {
  return containerIds.map((id) => ({ type: 'container', id, hostId }));
}

/** Writes a line of our own to the run's output. */
export function tell(kit: RunKit, step: Stepping, line: string): void {
  kit.outputs.append(runOf(step), `${line}\n`);
  step.progress(null, line);
}

/** The sentence in what compose wrote: its last lines that are no progress. */
export function failureIn(stderr: string): string {
  const isProgress =
    /^(?:Container|Network|Volume|Image) .* (?:[A-Z][a-z]+ing|[A-Z][a-z]+ed|Healthy|Error)$|^time=/;
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !isProgress.test(line));
  const words = lines.slice(-4).join(' ') || stderr.trim().split('\n').slice(-4).join(' ');
  return words === '' ? 'Compose failed without saying why.' : words.slice(-wordsTold);
}

function lastLineOf(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim().slice(0, 200) ?? '';
}

/** Hands on whole lines, so that a secret is never cut in two and seen. */
function byLine(take: (lines: string) => void): { add(piece: Buffer): void; end(): void } {
  const decoder = new TextDecoder();
  const longestLine = 65_536;
  let rest = '';
  return {
    add(piece) {
      rest += decoder.decode(piece, { stream: true });
      const at = rest.lastIndexOf('\n');
      if (at === -1 && rest.length < longestLine) return;
      const end = at === -1 ? rest.length : at + 1;
      take(rest.slice(0, end));
      rest = rest.slice(end);
    },
    end() {
      if (rest !== '') take(`${rest}\n`);
      rest = '';
    },
  };
}
