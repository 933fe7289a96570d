import { TestClock } from '@nebula/clock/testing';
import { plainOptions, type Route } from '@nebula/proxy';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comingMs, createComing, type RouteRow } from './coming.ts';

function routeAt(id: string, authority: number): Route {
  const issuer = { kind: 'acme' as const, directory: `https://ca-${authority}.test/dir` };
  return {
    ...{ id, hosts: [`${id}.test`], options: plainOptions },
    target: { kind: 'answer', status: 200, body: id },
    certificate: {
      kind: 'automatic',
      issuers: authority === 0 ? [] : [{ ...issuer, email: null, rootFile: null, account: null }],
    },
  };
}

const Row = fc.record({
  authority: fc.nat(2),
  before: fc.option(fc.nat(2)),
  isSeen: fc.boolean(),
  isRunning: fc.boolean(),
  isRefused: fc.boolean(),
});
const all = (rows: readonly RouteRow[]) => {
  const ids = rows.map(({ id }) => id);
  return { changed: ids, certificates: ids, refused: [] };
};

test('whatever there is: nothing that is served goes, and each authority that is not known gets one order at a time', () => {
  fc.assert(
    fc.property(fc.array(Row, { maxLength: 12 }), (shapes) => {
      const coming = createComing(new TestClock());
      const rows: RouteRow[] = shapes.map(({ authority, before, isSeen }, n) => ({
        ...{ id: `r${n}`, seenNames: isSeen ? [`r${n}.test`] : [], route: routeAt(`r${n}`, authority) },
        goodRoute: before === null ? null : routeAt(`r${n}`, before),
      }));
      const running = new Set(rows.flatMap(({ id }, n) => (shapes[n]?.isRunning === true ? [id] : [])));
      for (const [n, row] of rows.entries())
        if (shapes[n]?.isRefused === true) coming.noteRefused(row, false);
      const { rows: chosen, postponed } = coming.choose(rows, running);
      const ids = new Set(chosen.map(({ id }) => id));
      for (const { id, goodRoute } of rows) {
        if (goodRoute !== null || running.has(id)) expect(ids).toContain(id);
        if (!ids.has(id)) expect(postponed).toContain(id);
      }
      for (const authority of [0, 1, 2]) {
        const isKnown = shapes.some(
          (shape) => shape.authority === authority && shape.before === authority && shape.isSeen,
        );
        const begun = rows.filter(
          ({ id }, n) =>
            !postponed.has(id) &&
            shapes[n]?.authority === authority &&
            shapes[n].before !== authority &&
            !(shapes[n].isRunning && shapes[n].before === null),
        );
        if (!isKnown) expect(begun.length).toBeLessThanOrEqual(1);
      }
      // Turn by turn, as certificates are seen, everything is loaded.
      let now = rows;
      for (let turn = 0; turn <= rows.length; turn += 1) {
        const choice = coming.choose(now, running);
        if (choice.postponed.size === 0) return;
        coming.noteLoading(choice.rows, running, all(choice.rows), []);
        for (const { id } of choice.rows) {
          coming.noteSeen(`${id}.test`, [`${id}.test`]);
          running.add(id);
        }
        now = now.map((row) =>
          choice.postponed.has(row.id) ? row : { ...row, goodRoute: row.route, seenNames: row.route.hosts },
        );
      }
      expect.unreachable('something is postponed for ever');
    }),
  );
});

const fresh = (count: number): RouteRow[] =>
  Array.from({ length: count }, (_, n) => ({
    ...{ id: `r${n}`, route: routeAt(`r${n}`, 1), goodRoute: null, seenNames: [] },
  }));
const none: ReadonlySet<string> = new Set();

test('who gives up waits for nobody, and a load that does not concern the order does not wait again', () => {
  const coming = createComing(new TestClock());
  const rows = fresh(1);
  coming.choose(rows, none);
  coming.noteLoading(rows, none, all(rows), []);
  expect(coming.names()).toEqual(['r0.test']);
  // The proxy may have lost it: then nothing is under way there.
  expect(coming.names(none)).toEqual([]);
  coming.giveUp('r0.test');
  coming.choose(rows, new Set(['r0']));
  coming.noteLoading(rows, new Set(['r0']), { changed: ['r0'], certificates: [], refused: [] }, []);
  expect(coming.names()).toEqual([]);
  coming.noteLoading(rows, new Set(['r0']), all(rows), []);
  expect(coming.names()).toEqual(['r0.test']);
  coming.choose([], new Set(['r0']));
  expect(coming.names()).toEqual([]);
});

test('a certificate of a wildcard above tells nothing of an account', () => {
  const coming = createComing(new TestClock());
  const rows = fresh(3);
  const load = () => {
    const { rows: chosen, postponed } = coming.choose(rows, none);
    coming.noteLoading(chosen, none, all(chosen), []);
    return postponed.size;
  };
  expect(load()).toBe(2);
  coming.noteSeen('r0.test', ['*.test']);
  expect(load()).toBe(2);
  coming.noteSeen('r0.test', ['r0.test']);
  expect(load()).toBe(0);
});

test('the more orders there are the longer others have to wait, and not for ever', async () => {
  const clock = new TestClock();
  const coming = createComing(clock);
  const rows = fresh(60);
  coming.choose(rows, none);
  coming.noteLoading(rows, none, all(rows), []);
  await clock.advance(80_000);
  expect(coming.names()).toHaveLength(60);
  await clock.advance(11_000);
  expect(coming.names()).toEqual([]);
});

test('those that were refused take turns, the one that was tried last comes last', () => {
  const coming = createComing(new TestClock());
  const rows = fresh(3);
  const tried = Array.from({ length: 4 }, () => {
    const { rows: chosen } = coming.choose(rows, none);
    for (const row of chosen) {
      const ordered = coming.noteLoading([row], none, all([row]), []);
      coming.noteRefused(row, ordered.has(row.id));
    }
    expect(coming.names()).toEqual([]);
    return chosen.map(({ id }) => id).join();
  });
  expect(tried).toEqual(['r0', 'r1', 'r2', 'r0']);
});

test('what was not written is not waited for, and makes no authority known', async () => {
  const clock = new TestClock();
  const coming = createComing(clock);
  const rows = fresh(3);
  coming.choose(rows, none);
  coming.noteLoading(rows.slice(0, 1), none, all(rows.slice(0, 1)), []);
  await clock.advance(comingMs * 2);
  expect(coming.choose(rows, none).postponed.size).toBe(2);
});
