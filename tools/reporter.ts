import { setTimeout as sleep } from 'node:timers/promises';
import type { Reporter, TestModule, TestRunEndReason, Vitest } from 'vitest/node';

/** What a run has come to; suites and files that failed to set up count as failed, beside their tests. */
interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** Ends the test output with one plain line, `N passed, N failed`, that any reader of logs can parse. */
export class PlainReporter implements Reporter {
  #isTold = false;

  onInit(vitest: Vitest): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      // Vitest's own listener leaves at once, without ending what global set-ups started.
      process.removeAllListeners(signal);
      process.once(signal, () => void this.#stop(vitest, signal));
    }
  }

  onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly unknown[],
    reason: TestRunEndReason,
  ): void {
    this.#tellSecondTries(modules);
    this.#tell(tallyOf(modules, unhandledErrors.length), reason === 'interrupted' ? ', interrupted' : '');
  }

  async #stop(vitest: Vitest, signal: NodeJS.Signals): Promise<void> {
    // The first asks running tests to end, the second ends them.
    const ended = Promise.all([
      vitest.cancelCurrentRun('keyboard-input'),
      vitest.cancelCurrentRun('keyboard-input'),
    ]);
    await Promise.race([ended.then(() => vitest.close()), sleep(10_000)]);
    this.#tell(tallyOf(vitest.state.getTestModules(), 0), ', interrupted');
    process.exit(signal === 'SIGINT' ? 130 : 143);
  }

  #tellSecondTries(modules: readonly TestModule[]): void {
    const names = modules.flatMap((module) =>
      [...module.children.allTests()]
        .filter((test) => test.diagnostic()?.flaky === true)
        .map((test) => `  ${module.relativeModuleId} > ${test.fullName}`),
    );
    if (names.length === 0) return;
    process.stdout.write(
      `\nPassed only at the second try; each is a race that wants mending:\n${names.join('\n')}\n`,
    );
  }

  #tell({ passed, failed, skipped }: Tally, end: string): void {
    if (this.#isTold) return;
    this.#isTold = true;
    // Nothing ran: a mistyped name must not look like success.
    if (passed + failed === 0) process.exitCode = 1;
    const more = skipped > 0 ? `, ${skipped} skipped` : '';
    process.stdout.write(`\n${passed} passed, ${failed} failed${more}${end}\n`);
    endLate();
  }
}

/** A process that a test left running holds vitest open for ever; half a minute after the end it is told and left. */
function endLate(): void {
  setTimeout(() => {
    process.stderr.write('A test left something running that keeps this run open; giving up on it.\n');
    process.exit(1);
  }, 30_000).unref();
}

function tallyOf(modules: readonly TestModule[], unhandledErrors: number): Tally {
  const tally: Tally = { passed: 0, failed: unhandledErrors, skipped: 0 };
  for (const module of modules) {
    if (module.errors().length > 0) tally.failed += 1;
    for (const suite of module.children.allSuites()) if (suite.errors().length > 0) tally.failed += 1;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      tally[state === 'passed' || state === 'failed' ? state : 'skipped'] += 1;
    }
  }
  return tally;
}
