import { expect } from 'vitest';
import { type Caller, json } from '../../testing.ts';
import type { Domain, DomainTask } from '../domains/contract.ts';
import { type DomainGround, domainGround, ordering } from '../domains/testing.ts';
import type { Certificate, CertificateOrder, SeenCertificate } from './contract.ts';

/** How long a test waits for what must happen. */
export const patience = { timeout: 120_000, interval: 200 };

/** A certificate with everything that its page has. */
export type Detail = Certificate & { history: SeenCertificate[]; orders: CertificateOrder[] };

/** What went wrong in a run; nothing when it succeeded. */
export function troubles({ state, steps }: DomainTask): string[] {
  if (state === 'succeeded') return [];
  return [state, ...steps.flatMap(({ name, error }) => (error === null ? [] : [`${name}: ${error}`]))];
}

/** What a test does with domains and their certificates. */
export interface CertificateHands {
  /** A name that is used once, also when a test is tried a second time. */
  named(label: string): string;
  /** Adds a domain that leads to the edge's app. */
  add(label: string, rest?: object): Promise<Domain>;
  /** Provisions it and waits until the run ends. */
  provisioned(id: string): Promise<Domain>;
  ask<T>(path: string, init?: RequestInit): Promise<T & { code?: string; detail?: string }>;
  certificate(id: string): Promise<Detail>;
  tasks(id: string): Promise<DomainTask[]>;
  /** Starts a run by its path and waits for its end; answers the run. */
  ran(id: string, verb: string): Promise<DomainTask>;
  /** Waits for the end of a run. */
  ended(id: string, runId: string): Promise<DomainTask>;
  /** Has the watch look once at every certificate. */
  watch(): Promise<void>;
}

/** A running application between a real edge and an authority that it orders from itself, and who tries it. */
export async function certificateGround(
  postgres: Parameters<typeof domainGround>[0],
): Promise<{ ground: DomainGround; operator: Caller; hands: CertificateHands }> {
  const ground = await domainGround(postgres, { settings: (edge) => ordering(edge) });
  const operator = await ground.app.as('operator');
  return { ground, operator, hands: handsOf(ground, operator) };
}

/** See {@link CertificateHands}. */
export function handsOf(ground: DomainGround, operator: Caller): CertificateHands {
  let added = 0;
  function named(label: string): string {
    added += 1;
    return `${label}-${added}.${ground.zone}`;
  }
  const ask: CertificateHands['ask'] = async <T>(path: string, init?: RequestInit) =>
    (await (await operator.fetch(`/api${path}`, init)).json()) as T & { code?: string; detail?: string };
  const tasks = async (id: string) => (await ask<{ items: DomainTask[] }>(`/domains/${id}/tasks`)).items;

  async function ended(id: string, runId: string): Promise<DomainTask> {
    const find = async () => (await tasks(id)).find((task) => task.id === runId);
    await expect.poll(async () => (await find())?.finishedAt ?? null, patience).not.toBeNull();
    const found = await find();
    if (found === undefined) throw new Error('the run is gone');
    return found;
  }

  return {
    ask,
    tasks,
    ended,
    named,
    async add(label, rest = {}) {
      const name = named(label);
      const dns = { kind: 'provider', providerId: ground.providerId, zone: ground.zone };
      const target = { kind: 'addresses', upstreams: [{ host: '127.0.0.1', port: ground.upstreamPort }] };
      return await ask<Domain>('/domains', json('POST', { name, target, dns, ...rest }));
    },
    async provisioned(id) {
      const { runId } = await ask<{ runId: string }>(`/domains/${id}/provision`, json('POST', {}));
      await ended(id, runId);
      return await ask<Domain>(`/domains/${id}`);
    },
    certificate: async (id) => await ask<Detail>(`/certificates/${id}`),
    async ran(id, verb) {
      const { runId } = await ask<{ runId: string }>(`/certificates/${id}/${verb}`, { method: 'POST' });
      return await ended(id, runId);
    },
    async watch() {
      const { queue, database } = ground.app.app.resources;
      // As if the last look were long ago.
      await database.pool.query(`update certificate_watch set seen_at = seen_at - interval '1 hour'`);
      const at = new Date().toISOString();
      expect(await queue.runNow(database.sql, 'certificates.watch')).toBe(true);
      await expect
        .poll(async () => {
          const state = (await queue.schedules(database.sql)).find(
            ({ name }) => name === 'certificates.watch',
          );
          return (state?.last?.startedAt.toISOString() ?? '') >= at;
        }, patience)
        .toBe(true);
    },
  };
}
