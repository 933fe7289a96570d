import { type CharTest, isWord, type Node, PatternError, parsePattern } from './contract-pattern-parse.ts';

/** Says whether a text matches. */
export type TextTest = (text: string) => boolean;

/** What is wrong with a regular expression, in a sentence; null when it can be run. */
export function patternProblem(source: string): string | null {
  try {
    compilePattern(source);
    return null;
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
}

type Step =
  | { kind: 'char'; has: CharTest }
  | { kind: 'split'; to: number[] }
  | { kind: 'edge'; edge: 'start' | 'end' | 'word-edge' | 'no-word-edge' }
  | { kind: 'match' };

const mostSteps = 600;
/** Of a longer line only the beginning is looked at by a pattern. */
const longestLooked = 16_384;

/**
 * Makes a test from a regular expression, without regard to upper and lower case. All ways through the pattern are followed at
 * once (K. Thompson, 1968), so the time is at most the length of the text times that of the pattern: no pattern can hang the
 * server. Throws {@link PatternError} with what is wrong.
 */
export function compilePattern(source: string): TextTest {
  const steps: Step[] = [];

  function add(step: Step): number {
    if (steps.length >= mostSteps) throw new PatternError('The pattern is too long.');
    return steps.push(step) - 1;
  }

  function emit(node: Node): void {
    switch (node.kind) {
      case 'empty':
        return;
      case 'set':
        return void add({ kind: 'char', has: node.has });
      case 'sequence':
        for (const part of node.parts) emit(part);
        return;
      case 'either':
        return emitEither(node.parts);
      case 'repeat':
        return emitRepeat(node);
      default:
        add({ kind: 'edge', edge: node.kind });
    }
  }

  function emitEither(parts: Node[]): void {
    const choice: Step = { kind: 'split', to: [] };
    add(choice);
    const ends: Extract<Step, { kind: 'split' }>[] = [];
    for (const part of parts) {
      choice.to.push(steps.length);
      emit(part);
      const end: Step = { kind: 'split', to: [] };
      add(end);
      ends.push(end);
    }
    for (const end of ends) end.to.push(steps.length);
  }

  function emitRepeat({ part, least, most }: Extract<Node, { kind: 'repeat' }>): void {
    for (let n = 0; n < least; n += 1) emit(part);
    if (most === Number.POSITIVE_INFINITY) {
      const loop: Step = { kind: 'split', to: [] };
      const at = add(loop);
      loop.to.push(at + 1);
      emit(part);
      add({ kind: 'split', to: [at] });
      loop.to.push(steps.length);
      return;
    }
    const skips: Extract<Step, { kind: 'split' }>[] = [];
    for (let n = least; n < most; n += 1) {
      const skip: Step = { kind: 'split', to: [steps.length + 1] };
      add(skip);
      skips.push(skip);
      emit(part);
    }
    for (const skip of skips) skip.to.push(steps.length);
  }

  emit(parsePattern(source));
  add({ kind: 'match' });
  return (text) => matches(steps, text.slice(0, longestLooked).toLowerCase());
}

function matches(steps: readonly Step[], text: string): boolean {
  let now: number[] = [];
  /** At which place of the text a step was last reached. */
  const reached = new Int32Array(steps.length).fill(-1);

  function reach(first: number, at: number, into: number[]): boolean {
    const waiting = [first];
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      if (reached[index] === at) continue;
      reached[index] = at;
      const step = steps[index];
      if (step === undefined) continue;
      if (step.kind === 'match') return true;
      if (step.kind === 'char') into.push(index);
      else if (step.kind === 'split') for (const to of step.to) waiting.push(to);
      else if (isAt(step.edge, text, at)) waiting.push(index + 1);
    }
    return false;
  }

  for (let at = 0; at <= text.length; at += 1) {
    if (reach(0, at, now)) return true;
    if (at === text.length) return false;
    const code = text.charCodeAt(at);
    const next: number[] = [];
    for (const index of now) {
      const step = steps[index];
      if (step?.kind === 'char' && step.has(code) && reach(index + 1, at + 1, next)) return true;
    }
    now = next;
  }
  return false;
}

function isAt(edge: Extract<Step, { kind: 'edge' }>['edge'], text: string, at: number): boolean {
  if (edge === 'start') return at === 0;
  if (edge === 'end') return at === text.length;
  const isEdge = isWordAt(text, at - 1) !== isWordAt(text, at);
  return isEdge === (edge === 'word-edge');
}

function isWordAt(text: string, at: number): boolean {
  return at >= 0 && at < text.length && isWord(text.charCodeAt(at));
}
