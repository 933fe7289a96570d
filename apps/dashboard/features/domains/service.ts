import { actorName } from '@nebula/auth';
import { type Page, pageWindow } from '@nebula/contract';
import { newId, type Sql } from '@nebula/db';
import { propagationOf } from '@nebula/dns';
import { AppError } from '@nebula/errors';
import type { Journal, RunSummary } from '@nebula/journal';
import type { Attention, Change, Context } from '@nebula/runtime';
import type { z } from 'zod';
import {
  type Domain,
  type DomainDns,
  type DomainEvent,
  type DomainTask,
  domains,
  type HealthCheck,
} from './contract.ts';
import { changedAccounts, refuseHidden, usernamesOf, withoutHashes } from './accounts.ts';
import { attentionOf } from './attention.ts';
import { checkOne } from './health.ts';
import type { DomainParts } from './parts.ts';
import { provisionKind } from './provision.ts';
import { addressTypes, isKeeperGone } from './records.ts';
import { removeKind } from './remove.ts';
import { renewalOf } from './renewal-of.ts';
import { nextStatus, type StatusEvent } from './state.ts';
import {
  checksSince,
  type DomainCheckRow,
  type DomainEventRow,
  type DomainRow,
  domainsAfter,
  eventsBefore,
  findDomain,
  insertDomain,
  insertEvent,
  lockDomain,
  newestChecks,
  updateDomain,
} from './store.ts';
import { taskOf } from './tasks.ts';

type Input<
  Name extends keyof typeof domains.endpoints,
  Part extends string,
> = (typeof domains.endpoints)[Name] extends {
  [P in Part]: infer Schema extends z.ZodType;
}
  ? z.output<Schema>
  : never;

const dayMs = 86_400_000;
const { actions, events } = domains;

/** The verbs of domains; see README. */
export function createDomains(parts: DomainParts & { journal: Journal }) {
  const { applier, clock, hostId, journal, naming, proxy } = parts;
  const withUnserved = (row: DomainRow, check: Parameters<typeof shown>[1]) =>
    shown(row, check, applier.unserved().get(row.id) ?? null);

  function changed(change: Change, id: string): void {
    change.emit(events.changed, { id });
  }

  async function tell(
    sql: Sql,
    row: DomainRow,
    context: Context,
    kind: DomainEventRow['kind'],
    summary: string,
  ) {
    const actor = actorName(context.actor);
    await insertEvent(sql, {
      ...{ id: newId(), domainId: row.id, name: row.name, at: clock.now(), kind, summary, actor },
      runId: null,
    });
  }

  async function known(sql: Sql, id: string): Promise<DomainRow> {
    const row = await findDomain(sql, id);
    if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such domain.');
    return row;
  }

  async function proveDns(given: DomainDns): Promise<void> {
    if (given.kind === 'provider' && (await naming.open(given.providerId)) === null) {
      throw new AppError('PROVIDER_UNKNOWN', 'There is no such DNS provider.', {
        fields: [{ path: 'body.dns.providerId', message: 'There is no such DNS provider.' }],
      });
    }
  }

  async function withHealth(sql: Sql, rows: readonly DomainRow[]): Promise<Domain[]> {
    const since = new Date(clock.now().getTime() - dayMs);
    const ids = rows.map(({ id }) => id);
    const checks = await newestChecks(sql, ids, since);
    return rows.map((row) => withUnserved(row, checks.get(row.id)));
  }

  async function oneWithHealth(sql: Sql, row: DomainRow): Promise<Domain> {
    return (await withHealth(sql, [row]))[0] ?? withUnserved(row, undefined);
  }

  /** Starts a run in which the status goes on. */
  async function begin(
    context: Context,
    id: string,
    options: {
      action: (typeof actions)[keyof typeof actions];
      kind: string;
      event: StatusEvent | null;
      extra?: object;
    },
    prove: (row: DomainRow) => void = () => undefined,
  ): Promise<{ runId: string }> {
    const row = await known(context.sql, id);
    const target = { type: 'domain', id, name: row.name, hostId };
    return await context.write(options.action, target, async (change) => {
      const locked = (await lockDomain(change.sql, id)) ?? row;
      prove(locked);
      const status = options.event === null ? locked.status : nextStatus(locked.status, options.event);
      if (status === null) {
        throw new AppError('TARGET_BUSY', `${row.name} is ${locked.status} just now.`, {
          data: { runId: locked.runId },
        });
      }
      change.record({ before: { status: locked.status }, after: { status } });
      const actor = actorName(context.actor);
      const input = { id, name: row.name, hostId, actor, ...options.extra };
      changed(change, id);
      const { requestId } = context;
      const runId = await journal.start(change.sql, options.kind, input, { actor: context.actor, requestId });
      await updateDomain(change.sql, id, { status, runId, problem: null, updatedAt: clock.now() });
      change.record({ runId });
      return { runId };
    });
  }

  return {
    async list(context: Context, query: Input<'list', 'query'>): Promise<Page<Domain>> {
      const rows = await domainsAfter(context.sql, query, query.cursor ?? null, query.limit + 1);
      const items = (await withHealth(context.sql, rows)).map((domain) => asMayBeSeen(context, domain));
      return pageWindow(items, query.limit, ({ name }) => name);
    },

    get: async (context: Context, id: string): Promise<Domain> =>
      asMayBeSeen(context, await oneWithHealth(context.sql, await known(context.sql, id))),

    async create(context: Context, body: Input<'create', 'body'>): Promise<Domain> {
      const { passwords, ...given } = body;
      refuseHidden(given.options);
      await proveDns(given.dns);
      const now = clock.now();
      const row: DomainRow = {
        ...given,
        accounts: await changedAccounts([], passwords),
        ...freshDomain(hostId, now),
      };
      const target = { type: 'domain', id: row.id, name: row.name, hostId };
      return await context.write(actions.create, target, async (change) => {
        if (!(await insertDomain(change.sql, row))) {
          throw new AppError('NAME_TAKEN', `${row.name} is here already.`, {
            fields: [{ path: 'body.name', message: 'This name is here already.' }],
          });
        }
        await tell(change.sql, row, context, 'created', `${row.name} was added.`);
        change.record({ after: { ...given, accounts: usernamesOf(row.accounts) } });
        changed(change, row.id);
        return withUnserved(row, undefined);
      });
    },

    async update(context: Context, id: string, body: Input<'update', 'body'>): Promise<Domain> {
      const { version, passwords, ...wanted } = body;
      refuseHidden(wanted.options);
      if (wanted.dns !== undefined) await proveDns(wanted.dns);
      const seen = await known(context.sql, id);
      const { name, accounts: kept } = seen;
      if (passwords !== undefined) refuseOtherVersion(seen, version);
      // Before the transaction, since hashing takes its time; that nobody else changed them is proven with the version.
      const accounts = passwords === undefined ? kept : await changedAccounts(kept, passwords);
      return await context.write(actions.update, { type: 'domain', id, name, hostId }, async (change) => {
        const row = await lockDomain(change.sql, id);
        if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such domain.');
        if (wanted.dns !== undefined && JSON.stringify(wanted.dns) !== JSON.stringify(row.dns)) {
          // Where nobody can reach its records any more, they hold it nowhere.
          if (row.status === 'provisioning' || row.status === 'removing' || !(await isKeeperGone(row, parts)))
            refuseOtherKeeper(row);
        }
        refuseOtherVersion(row, version);
        const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
        const after = await updateDomain(change.sql, id, {
          ...given,
          accounts,
          ...((isForRuns(given) || passwords !== undefined) && row.status !== 'new'
            ? { isChanged: true }
            : {}),
          version: version + 1,
          updatedAt: clock.now(),
        });
        const { target, options, dns: keeper, note, followsAddress } = row;
        const told = passwords === undefined ? given : { ...given, accounts: usernamesOf(accounts) };
        const before = { target, options, dns: keeper, note, followsAddress, accounts: usernamesOf(kept) };
        change.record({ before, after: told });
        await tell(
          change.sql,
          row,
          context,
          'changed',
          `${Object.keys(told).join(', ') || 'nothing'} changed.`,
        );
        changed(change, id);
        return await oneWithHealth(change.sql, after ?? row);
      });
    },

    async checkSnippet(context: Context, snippet: string): Promise<{ problem: string | null }> {
      return { problem: await proxy.checkSnippet(snippet, context.signal) };
    },

    provision: (context: Context, id: string, body: Input<'provision', 'body'>) =>
      begin(context, id, {
        ...{ action: actions.provision, kind: provisionKind, event: 'provision' },
        extra: { replaces: body.replacesRecords },
      }),

    remove: (context: Context, id: string, typed: string) =>
      begin(context, id, { action: actions.remove, kind: removeKind, event: 'remove' }, ({ name }) => {
        if (typed.trim().toLowerCase() !== name) {
          throw new AppError('NAME_DIFFERS', `Type ${name} to remove it.`, {
            fields: [{ path: 'query.name', message: `This is not ${name}.` }],
          });
        }
      }),

    async renew(context: Context, id: string): Promise<{ runId: string }> {
      const kind = await renewalOf(context.sql, await known(context.sql, id), parts);
      return await begin(
        context,
        id,
        { action: actions.renew, kind, event: null },
        ({ name, status, goodRoute }) => {
          if (goodRoute !== null) return;
          throw new AppError('NOT_ACTIVE', `${name} is ${status}; provision it, and it gets a certificate.`);
        },
      );
    },

    async health(context: Context, id: string): Promise<{ checks: HealthCheck[] }> {
      await known(context.sql, id);
      const since = new Date(clock.now().getTime() - dayMs);
      const rows = await checksSince(context.sql, id, since, 1000);
      return { checks: rows.map(({ at, state, layers }) => ({ at: at.toISOString(), state, layers })) };
    },

    async check(context: Context, id: string): Promise<HealthCheck> {
      const row = await known(context.sql, id);
      await context.write(
        actions.check,
        { type: 'domain', id, name: row.name, hostId },
        async () => undefined,
      );
      return await checkOne(row, parts, context.signal);
    },

    async events(context: Context, id: string, query: Input<'events', 'query'>): Promise<Page<DomainEvent>> {
      const rows = await eventsBefore(context.sql, id, query.cursor ?? null, query.limit + 1);
      const items = rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
      return pageWindow(items, query.limit, (event) => event.id);
    },

    async tasks(context: Context, id: string, query: Input<'tasks', 'query'>): Promise<Page<DomainTask>> {
      const filter = { targetType: 'domain', targetId: id, hostId };
      const runs = await journal.list(context.sql, filter, query.cursor ?? null, query.limit + 1);
      const details = await Promise.all(runs.map((run) => journal.get(context.sql, run.id)));
      const tasks = details.flatMap((run) => (run === null ? [] : [taskOf(run)]));
      return pageWindow(tasks, query.limit, (task) => task.id);
    },

    async verifyDns(context: Context, id: string) {
      const row = await known(context.sql, id);
      const found = await Promise.all(([4, 6] as const).map((family) => naming.publicAddress(family)));
      const wanted = addressTypes.flatMap((type, index) => {
        const address = found[index]?.address ?? null;
        return address === null ? [] : [{ type, values: [address] }];
      });
      if (wanted.length === 0)
        throw new AppError('NO_ADDRESS', 'This machine has no public address just now.');
      const target = { type: 'domain', id, name: row.name, hostId };
      await context.write(actions.verify, target, async () => undefined);
      const resolver = naming.resolver();
      const seen = await Promise.all(
        wanted.map(async ({ type, values }) => ({
          type,
          seen: await propagationOf(resolver, { name: row.name, type, values }, { signal: context.signal }),
        })),
      );
      return {
        zone: seen[0]?.seen.zone ?? row.name,
        wanted,
        isEverywhere: seen.every(({ seen: each }) => each.isEverywhere),
        worstWaitSeconds: Math.max(...seen.map(({ seen: each }) => each.worstWaitSeconds)),
        views: seen.flatMap(({ type, seen: each }) => each.views.map((view) => ({ ...view, type }))),
      };
    },

    /** What is wrong with domains, for the overview. */
    async attention(context: Context): Promise<Attention[]> {
      const rows = await domainsAfter(context.sql, {}, null, 1000);
      return rows.flatMap((row) => attentionOf(row, applier.unserved().get(row.id)));
    },
  };
}

/** A domain without what only those who may change it are shown. */
function asMayBeSeen(context: Context, domain: Domain): Domain {
  return context.can(actions.update.permission)
    ? domain
    : { ...domain, options: withoutHashes(domain.options) };
}

function refuseOtherVersion(row: Pick<DomainRow, 'name' | 'version'>, version: number): void {
  if (row.version === version) return;
  throw new AppError('CHANGED_MEANWHILE', `${row.name} was changed in the meantime. Look at it again.`, {
    data: { version: row.version },
  });
}

/** What a domain begins with besides what a person sets. */
export function freshDomain(hostId: string, now: Date) {
  return {
    ...{ id: newId(), hostId, problem: null, runId: null, route: null, goodRoute: null, isChanged: false },
    ...{ status: 'new' as const, records: {}, certificate: null, version: 1, createdAt: now, updatedAt: now },
  };
}

/** Whether a change is one that only a run makes so. */
export function isForRuns(change: object): boolean {
  return ['target', 'options', 'dns', 'followsAddress', 'accounts'].some((field) => field in change);
}

/** Records of ours at one account would be left behind, or taken for those of another. */
export function keepsKeeper({ status, records }: Pick<DomainRow, 'status' | 'records'>): boolean {
  return Object.keys(records).length > 0 || status === 'provisioning' || status === 'removing';
}

function refuseOtherKeeper(row: DomainRow): void {
  const { name } = row;
  if (!keepsKeeper(row)) return;
  throw new AppError(
    'RECORDS_THERE',
    `The records of ${name} were written where they are kept now. Remove the domain and add it anew to keep them elsewhere.`,
  );
}

/** A run of a domain failed: the domain says so, in the transaction in which the run does. */
export async function domainTrouble(sql: Sql, run: RunSummary): Promise<void> {
  if (run.target.type !== 'domain') return;
  const row = await findDomain(sql, run.target.id);
  if (row === undefined) return;
  // Those of certificates, whoever began them, leave the domain as it is: the old certificate is served.
  const isOfCertificate = run.kind !== provisionKind && run.kind !== removeKind;
  if (!isOfCertificate && row.runId !== run.id) return;
  const problem = run.error?.message ?? run.lookHere?.why ?? 'The run stopped.';
  const status = isOfCertificate ? row.status : 'failed';
  await updateDomain(sql, row.id, { status, problem: problem.slice(0, 2000) });
}

function shown(
  row: DomainRow,
  check: Pick<DomainCheckRow, 'at' | 'state'> | undefined,
  unserved: string | null,
): Domain {
  const {
    accounts,
    certificate,
    createdAt,
    updatedAt,
    goodRoute,
    route: _route,
    records: _records,
    ...rest
  } = row;
  return {
    ...rest,
    accounts: usernamesOf(accounts),
    isServed: goodRoute !== null,
    unserved,
    certificate:
      certificate === null
        ? null
        : { issuer: certificate.issuer, notBefore: certificate.notBefore, notAfter: certificate.notAfter },
    health: check === undefined ? null : { at: check.at.toISOString(), state: check.state },
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
