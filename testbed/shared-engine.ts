import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { inject } from 'vitest';
import { accessEngine, type EngineAccess } from './engine.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Unix socket where test files ask for the engine of the run. */
    engineControl: string;
  }
}

/** What the run answers to a test file that asks for its engine. */
export type SharedEngineAnswer = { dir: string; pid: number } | { error: string };

/**
 * The one engine of this test run, started when the first file asks. Others use it too: name what you create after
 * your test, remove only that, and start an engine of your own to stop one.
 *
 * @throws Error with the engine's log when it could not start.
 */
export async function sharedEngine(): Promise<EngineAccess> {
  const answer: SharedEngineAnswer = JSON.parse(await text(connect(inject('engineControl'))));
  if ('error' in answer) throw new Error(answer.error);
  return accessEngine(answer.dir, answer.pid);
}
