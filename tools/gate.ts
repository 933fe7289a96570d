import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** What a gate found: nothing, or what to tell the person. */
export interface Verdict {
  isOk: boolean;
  output: string;
}

/** A check of the whole project. */
export interface Gate {
  name: string;
  run(): Promise<Verdict>;
}

/** Verdict over a list of problems, one line each. */
export function verdictOf(problems: readonly string[]): Verdict {
  return { isOk: problems.length === 0, output: problems.join('\n') };
}

/** Runs a Node program of an installed package and answers its exit code and all it wrote. */
export async function runModule(
  root: string,
  path: string,
  args: readonly string[],
  cwd: string = root,
): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [join(root, 'node_modules', path), ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  const exited = new Promise<number>((resolve, reject) => {
    child.on('error', reject).on('exit', (code) => resolve(code ?? 1));
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { code, output: `${stdout}${stderr}` };
}

/** Runs the gates, two at a time on two cores, and answers each verdict with its time as it comes. */
export async function* runGates(
  gates: readonly Gate[],
  width: number,
): AsyncGenerator<{ gate: Gate; verdict: Verdict; milliseconds: number }> {
  const waiting = [...gates];
  const running = new Map<Gate, Promise<{ gate: Gate; verdict: Verdict; milliseconds: number }>>();
  while (waiting.length > 0 || running.size > 0) {
    while (running.size < width) {
      const gate = waiting.shift();
      if (gate === undefined) break;
      running.set(gate, timed(gate));
    }
    const ended = await Promise.race(running.values());
    running.delete(ended.gate);
    yield ended;
  }
}

async function timed(gate: Gate): Promise<{ gate: Gate; verdict: Verdict; milliseconds: number }> {
  const started = performance.now();
  let verdict: Verdict;
  try {
    verdict = await gate.run();
  } catch (error) {
    verdict = {
      isOk: false,
      output: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
  return { gate, verdict, milliseconds: Math.round(performance.now() - started) };
}
