import { type RunnerTask, type RunnerTestFile, TestRunner } from 'vitest';

/**
 * Gives tests on real parts (engine, database, browser) a second try: one lost race with a busy machine must not hide
 * what the other thousand tests say. The report names every test that needed it. Quick tests have one try: a property
 * test that fails for one input in a hundred would pass by a second draw.
 */
export default class PatientRunner extends TestRunner {
  onCollected(files: RunnerTestFile[]): void {
    for (const file of files) if (usesRealParts(file.filepath)) allowSecondTry(file.tasks);
  }
}

function usesRealParts(path: string): boolean {
  return /\.(integration\.test|e2e)\.ts$/.test(path);
}

function allowSecondTry(tasks: RunnerTask[]): void {
  for (const task of tasks) {
    if (task.type === 'suite') allowSecondTry(task.tasks);
    else task.retry ??= 1;
  }
}
