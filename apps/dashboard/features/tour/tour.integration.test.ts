import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Caller, type TestApp, testApp } from '../../testing.ts';

let app: TestApp;
beforeAll(async () => {
  app = await testApp(inject('postgres'));
});
afterAll(async () => await app[Symbol.asyncDispose]());

const read = async (caller: Caller) => await (await caller.fetch('/api/tour')).json();

test('the tour is offered until a person ends it, and to others still', async () => {
  const person = await app.signIn('viewer');
  const other = await app.signIn('viewer');
  expect(await read(person)).toEqual({ isOver: false });

  for (const _ of ['once', 'and again']) {
    const answer = await person.fetch('/api/tour/end', { method: 'POST' });
    expect(await answer.json()).toEqual({ isOver: true });
  }

  expect(await read(person)).toEqual({ isOver: true });
  expect(await read(other)).toEqual({ isOver: false });
  const audit = await (await app.as('admin')).fetch('/api/audit?action=tour.end');
  expect(((await audit.json()) as { items: unknown[] }).items).toHaveLength(2);
});
