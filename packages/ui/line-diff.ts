/** One line of a comparison, with its number on either side. */
export interface DiffLine {
  kind: 'same' | 'removed' | 'added';
  text: string;
  /** Number in the text before, from 1; null where it is not there. */
  before: number | null;
  /** Number in the text after. */
  after: number | null;
}

/** Beyond so many changes what lies between the equal ends counts as replaced: a finer answer would take too long. */
const mostSteps = 600;

/** Compares two texts line by line (Myers, "An O(ND) Difference Algorithm", 1986); removed lines come before added ones. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < old.length && head < fresh.length && old[head] === fresh[head]) head += 1;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < fresh.length - head &&
    old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]
  )
    tail += 1;
  const pairs = [
    ...range(head).map((at): [number, number] => [at, at]),
    ...commonPairs(old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail)).map(
      ([one, other]): [number, number] => [one + head, other + head],
    ),
    ...range(tail).map((at): [number, number] => [old.length - tail + at, fresh.length - tail + at]),
  ];
  return linesBetween(old, fresh, pairs);
}

function linesBetween(old: string[], fresh: string[], pairs: [number, number][]): DiffLine[] {
  const lines: DiffLine[] = [];
  let [one, other] = [0, 0];
  for (const [oldAt, freshAt] of [...pairs, [old.length, fresh.length] as const]) {
    for (; one < oldAt; one += 1)
      lines.push({ kind: 'removed', text: old[one] ?? '', before: one + 1, after: null });
    for (; other < freshAt; other += 1)
      lines.push({ kind: 'added', text: fresh[other] ?? '', before: null, after: other + 1 });
    if (oldAt < old.length && freshAt < fresh.length)
      lines.push({ kind: 'same', text: old[oldAt] ?? '', before: oldAt + 1, after: freshAt + 1 });
    one = oldAt + 1;
    other = freshAt + 1;
  }
  return lines;
}

/** Places of a longest run of lines that both have, in order. */
function commonPairs(old: string[], fresh: string[]): [number, number][] {
  const most = Math.min(old.length + fresh.length, mostSteps);
  const trace: Map<number, number>[] = [];
  let furthest = new Map<number, number>([[1, 0]]);
  for (let step = 0; step <= most; step += 1) {
    trace.push(furthest);
    const next = new Map(furthest);
    for (let diagonal = -step; diagonal <= step; diagonal += 2) {
      const isDown =
        diagonal === -step || (diagonal !== step && at(furthest, diagonal - 1) < at(furthest, diagonal + 1));
      let x = isDown ? at(furthest, diagonal + 1) : at(furthest, diagonal - 1) + 1;
      while (x < old.length && x - diagonal < fresh.length && old[x] === fresh[x - diagonal]) x += 1;
      next.set(diagonal, x);
      if (x >= old.length && x - diagonal >= fresh.length) return walkBack(trace, old.length, fresh.length);
    }
    furthest = next;
  }
  return [];
}

function walkBack(trace: Map<number, number>[], length: number, other: number): [number, number][] {
  const pairs: [number, number][] = [];
  let [x, y] = [length, other];
  for (let step = trace.length - 1; step >= 0; step -= 1) {
    const furthest = trace[step] ?? new Map<number, number>();
    const diagonal = x - y;
    const isDown =
      diagonal === -step || (diagonal !== step && at(furthest, diagonal - 1) < at(furthest, diagonal + 1));
    const from = isDown ? diagonal + 1 : diagonal - 1;
    const startX = at(furthest, from);
    const startY = startX - from;
    while (x > startX && y > startY && x > 0 && y > 0) {
      x -= 1;
      y -= 1;
      pairs.push([x, y]);
    }
    [x, y] = [startX, startY];
  }
  return pairs.reverse();
}

function at(map: Map<number, number>, key: number): number {
  return map.get(key) ?? -1;
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

/** A line feed at the end ends the last line; it does not begin another. */
function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
