import { expect } from 'vitest';
import { type House, patience } from './everyday-ways.ts';

/** A step of a task, in the three ways, what it ends in, and what the audit calls it. */
export interface Move<State> {
  browser(): Promise<unknown>;
  nebula(): Promise<unknown>;
  curl(): Promise<unknown>;
  ends: State;
  audit: string;
  /** Who did it, where it is not the person and their key. */
  actor?: string;
}

/** A task: every way makes all its steps, and each of them ends in the same state. */
export interface Task<State> {
  before?(): Promise<unknown>;
  state(): Promise<State>;
  moves: Move<State>[];
}

/** Does a task in the browser, by `nebula` and by `curl`, and looks after each step at the state and at the audit. */
export async function inEveryWay<State>(house: House, { before, state, moves }: Task<State>): Promise<void> {
  for (const way of ['browser', 'nebula', 'curl'] as const) {
    await before?.();
    for (const move of moves) {
      await move[way]();
      await expect.poll(state, { timeout: patience, message: `${move.audit} by ${way}` }).toEqual(move.ends);
      await house.isQuiet();
      const { items } = await house.look<Audit>(`/audit?action=${move.audit}&limit=1`);
      expect(
        items.map(({ actor, outcome }) => `${actor.name}: ${outcome}`),
        `${move.audit} by ${way}`,
      ).toEqual([`${move.actor ?? (way === 'browser' ? 'Evin' : 'terminal')}: done`]);
    }
  }
}

interface Audit {
  items: { actor: { name: string }; outcome: string }[];
}
