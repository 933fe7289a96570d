import { TestClock } from '@nebula/clock/testing';
import { plainOptions, type Route } from '@nebula/proxy';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createComing, type RouteRow } from './coming.ts';

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
  isCertified: fc.boolean(),
  isRunning: fc.boolean(),
  isUnserved: fc.boolean(),
});

test('whatever there is: nothing that is served goes, and each authority that is not known gets one order at a time', () => {
  fc.assert(
    fc.property(fc.array(Row, { maxLength: 12 }), (shapes) => {
      const coming = createComing(new TestClock());
      const rows: RouteRow[] = shapes.map(({ authority, before, isCertified }, n) => ({
        ...{ id: `r${n}`, isCertified, route: routeAt(`r${n}`, authority) },
        goodRoute: before === null ? null : routeAt(`r${n}`, before),
      }));
      const having = (is: (shape: (typeof shapes)[number]) => boolean) =>
        rows.flatMap(({ id }, n) => (shapes[n] !== undefined && is(shapes[n]) ? [id] : []));
      const running = new Set(having(({ isRunning }) => isRunning));
      const unserved = new Map(having(({ isUnserved }) => isUnserved).map((id) => [id, 'why']));
      const { rows: chosen, postponed } = coming.choose(rows, running, unserved);
      const ids = new Set(chosen.map(({ id }) => id));
      for (const { id, goodRoute } of rows) {
        if (goodRoute !== null || running.has(id)) expect(ids).toContain(id);
        if (!ids.has(id)) expect(postponed).toContain(id);
      }
      for (const authority of [0, 1, 2]) {
        const isKnown = shapes.some(
          (shape) => shape.authority === authority && shape.before === authority && shape.isCertified,
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
        const choice = coming.choose(now, running, unserved);
        if (choice.postponed.size === 0) return;
        coming.noteLoaded(choice.rows, []);
        for (const { id } of choice.rows) coming.noteSeen(`${id}.test`);
        for (const { id } of choice.rows) running.add(id);
        now = now.map((row) =>
          choice.postponed.has(row.id) ? row : { ...row, goodRoute: row.route, isCertified: true },
        );
      }
      expect.unreachable('something is postponed for ever');
    }),
  );
});

test('who gives up waits for nobody, and may wait again', () => {
  const coming = createComing(new TestClock());
  const row = { id: 'a', route: routeAt('a', 1), goodRoute: null, isCertified: false };
  coming.noteLoaded([row], []);
  expect(coming.names()).toEqual(['a.test']);
  coming.noteLoaded([row], []);
  coming.giveUp('a.test');
  expect(coming.names()).toEqual([]);
  coming.noteLoaded([row], []);
  expect(coming.names()).toEqual(['a.test']);
});

test('the longer others have to wait, the more orders there are, and then no more', async () => {
  const clock = new TestClock();
  const coming = createComing(clock);
  const rows = Array.from({ length: 60 }, (_, n) => ({
    ...{ id: `r${n}`, route: routeAt(`r${n}`, 1), goodRoute: null, isCertified: false },
  }));
  coming.noteLoaded(rows, []);
  await clock.advance(80_000);
  expect(coming.names()).toHaveLength(60);
  await clock.advance(11_000);
  expect(coming.names()).toEqual([]);
  // What was waited for in vain is not waited for at each load.
  coming.noteLoaded(rows, []);
  expect(coming.names()).toEqual([]);
});
