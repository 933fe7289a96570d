import type { TestCluster } from '@nebula/db/testing';
import { type Caller, json, type TestApp, testApp, until } from '../../testing.ts';
import type { BulkOutcome, ContainerDetail } from './contract.ts';

type Put = Parameters<TestApp['docker']['put']>[0];

/** How a run ended. */
export interface EndedRun {
  state: string;
  error: { code: string; message: string } | null;
  isUndone: boolean | null;
  steps: { name: string; state: string }[];
}

/** What a verb answered, of whatever kind. */
export interface Answer {
  status: number;
  runId: string;
  code: string;
  detail: string;
  compose: string;
  fields?: object[];
  data?: object;
}

/** The dashboard on a fake engine, with people who call it about containers. */
export interface World extends AsyncDisposable {
  app: TestApp;
  viewer: Caller;
  operator: Caller;
  admin: Caller;
  /** An admin whose key needs no fresh proof of a person. */
  keeper: Caller;
  /** A new container that the server knows of; its name gets a number behind it. */
  run(name: string, more?: Partial<Put>): Promise<string>;
  /** Posts below `/api/containers`, as the operator unless told otherwise. */
  post(path: string, body?: object, caller?: Caller): Promise<Answer>;
  ended(runId: string): Promise<EndedRun>;
  outcomes(runId: string): Promise<BulkOutcome[]>;
  detail(id: string): Promise<ContainerDetail>;
  nameOf(id: string): Promise<string>;
  /** Verbs that the engine did to a container, oldest first. */
  doneTo(id: string): (string | undefined)[];
}

/** Opens a {@link World}. */
export async function openWorld(cluster: TestCluster): Promise<World> {
  const app = await testApp(cluster);
  const viewer = await app.as('viewer');
  const operator = await app.as('operator');
  let made = 0;
  const read = async <T>(path: string) => (await (await viewer.fetch(path)).json()) as T;
  const detail = (id: string) => read<ContainerDetail>(`/api/containers/${id}`);

  return {
    app,
    viewer,
    operator,
    admin: await app.as('admin'),
    keeper: await app.as('admin', ['*', 'account:skip-step-up']),
    async run(name, more = {}) {
      made += 1;
      const id = made.toString(16).padStart(64, '0');
      app.docker.put({ ...more, id, name: `${name}-${made}` });
      await until(async () => (await viewer.fetch(`/api/containers/${id}`)).status === 200, 20_000);
      return id;
    },
    async post(path, body = {}, caller = operator) {
      const response = await caller.fetch(`/api/containers${path}`, json('POST', body));
      return { ...((await response.json()) as Omit<Answer, 'status'>), status: response.status };
    },
    async ended(runId) {
      const get = () => read<EndedRun>(`/api/jobs/runs/${runId}`);
      await until(async () => /^(succeeded|failed|cancelled|unknown)$/.test((await get()).state), 30_000);
      return await get();
    },
    outcomes: async (runId) =>
      (await read<{ outcomes: BulkOutcome[] }>(`/api/containers/bulk/${runId}`)).outcomes,
    detail,
    nameOf: async (id) => (await detail(id)).name,
    doneTo: (id) => app.docker.done.filter((line) => line.endsWith(id)).map((line) => line.split(' ')[0]),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}
