import { TestClock } from '@nebula/clock/testing';
import type { TestCluster } from '@nebula/db/testing';
import { type FakeHost, fakeHost } from '@nebula/hosts/fake';
import { type Receiver, startReceiver } from '@nebula/testbed';
import { expect } from 'vitest';
import { type Caller, json, type TestApp, type TestAppOptions, testApp, until } from '../../testing.ts';
import type { Channel, Delivery, Incident, IncidentEntry, Rule, RuleInput } from './contract.ts';
import { lookEveryMs } from './rule.ts';

/** A clock that knows who waits for the next look, so that a test moves on only when the look before is over. */
class LookClock extends TestClock {
  waiting = 0;

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms !== lookEveryMs) return await super.sleep(ms, signal);
    this.waiting += 1;
    try {
      await super.sleep(ms, signal);
    } finally {
      this.waiting -= 1;
    }
  }
}

/** An incident with its past. */
export type WholeIncident = Incident & { entries: IncidentEntry[]; deliveries: Delivery[] };

/** The dashboard on a clock that a test moves, with a receiver of messages. */
export interface AlertWorld extends AsyncDisposable {
  app: TestApp;
  host: FakeHost;
  receiver: Receiver;
  viewer: Caller;
  operator: Caller;
  /** An admin whose key needs no fresh proof of a person. */
  keeper: Caller;
  now(): Date;
  /** Lets time pass, look by look. */
  pass(ms: number): Promise<void>;
  /** Sets the clock without anybody having waited. */
  jump(ms: number): Promise<void>;
  get<T>(path: string, caller?: Caller): Promise<T>;
  /** Sends below `/api/alerts`; fails the test unless it is answered with 2xx. */
  send<T>(method: string, path: string, body?: unknown, caller?: Caller): Promise<T>;
  incidents(query?: string): Promise<Incident[]>;
  incident(id: string): Promise<WholeIncident>;
  addRule(rule: Partial<RuleInput>): Promise<Rule>;
  /** A webhook channel that leads to the receiver. */
  addChannel(more?: object): Promise<Channel>;
  /** Titles of what came, oldest first. */
  titles(): string[];
  /** A container that runs, in a state the server knows of. */
  run(name: string): Promise<string>;
  /** Ends a container without anybody having asked. */
  kill(id: string, exitCode?: number): Promise<void>;
  start(id: string): Promise<void>;
}

/** Opens an {@link AlertWorld}; rules that are there from the start are off unless they are wanted. */
export async function openAlertWorld(
  cluster: TestCluster,
  { keepsRules = false, ...more }: TestAppOptions & { keepsRules?: boolean } = {},
): Promise<AlertWorld> {
  const clock = new LookClock(new Date('2026-03-01T12:00:00Z'));
  const host = fakeHost(() => clock.now());
  const app = await testApp(cluster, { clock, host, ...more });
  const receiver = await startReceiver();
  const viewer = await app.as('viewer');
  const operator = await app.as('operator');
  const keeper = await app.as('admin', ['*', 'account:skip-step-up']);
  const names = new Map<string, string>();

  // Others wait as long as alerts do: the history, and the journal for runs of workers that have gone.
  const atRest = 3;
  // A message can be due in just as long, and then one more waits.
  const rest = () => until(() => clock.waiting >= atRest, 30_000);
  await rest();

  const get = async <T>(path: string, caller = viewer) =>
    (await (await caller.fetch(`/api${path}`)).json()) as T;
  async function send<T>(method: string, path: string, body?: unknown, caller = keeper): Promise<T> {
    const response = await caller.fetch(
      `/api/alerts${path}`,
      body === undefined ? { method } : json(method, body),
    );
    const text = await response.text();
    expect([response.status < 300, text.slice(0, 500)]).toEqual([true, text.slice(0, 500)]);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
  const incidents = async (query = '') =>
    (await get<{ items: Incident[] }>(`/alerts/incidents${query}`)).items;
  const stateOf = async (id: string) => (await get<{ state?: string }>(`/containers/${id}`)).state;

  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= lookEveryMs) {
      await clock.advance(Math.min(left, lookEveryMs));
      await rest();
    }
  }

  if (!keepsRules) {
    for (const { id, open: _open, updatedAt: _at, ...rule } of (await get<{ items: Rule[] }>('/alerts/rules'))
      .items) {
      await send('PUT', `/rules/${id}`, { ...rule, isOn: false });
    }
  }

  return {
    ...{ app, host, receiver, viewer, operator, keeper, get, send, incidents, pass },
    now: () => clock.now(),
    async jump(ms) {
      if (ms > 0) await clock.advance(ms);
      else Reflect.set(clock, 'now', () => new Date(TestClock.prototype.now.call(clock).getTime() + ms));
      await rest();
    },
    incident: (id) => get<WholeIncident>(`/alerts/incidents/${id}`),
    addRule: (rule) =>
      send('POST', '/rules', { name: 'A rule', kind: 'down', forSeconds: 0, ...rule }, operator),
    addChannel: (own = {}) =>
      send('POST', '/channels', {
        ...{
          name: 'hook',
          driver: 'webhook',
          reach: 'machine',
          settings: { url: receiver.url },
          secrets: { key: 'a-key-of-ours' },
        },
        ...own,
      }),
    titles: () =>
      receiver.received.map(
        ({ body }) => (JSON.parse(body.toString()) as { data: { title: string } }).data.title,
      ),
    async run(name) {
      const id = (names.size + 1).toString(16).padStart(64, '0');
      names.set(id, name);
      app.docker.put({ id, name, state: 'running' });
      await until(async () => (await stateOf(id)) === 'running', 20_000);
      return id;
    },
    async kill(id, exitCode = 137) {
      app.docker.put(
        { id, name: names.get(id) ?? '', state: 'exited', status: `Exited (${exitCode}) 1 second ago` },
        'die',
      );
      await until(async () => (await stateOf(id)) === 'exited', 20_000);
    },
    async start(id) {
      app.docker.put({ id, name: names.get(id) ?? '', state: 'running', status: 'Up 1 second' });
      await until(async () => (await stateOf(id)) === 'running', 20_000);
    },
    async [Symbol.asyncDispose]() {
      // Hours that passed in a second left jobs behind; one that ends after its database has gone fails nobody's test but ours.
      const { queue, database } = app.app.resources;
      const isIdle = async () =>
        (await queue.counts(database.sql)).every(({ running, waiting }) => running + waiting === 0);
      await until(isIdle, 30_000);
      await app[Symbol.asyncDispose]();
      await receiver[Symbol.asyncDispose]();
    },
  };
}
