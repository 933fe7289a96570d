import { actorName } from '@nebula/auth';
import {
  authorityRows,
  certificateSeal,
  factsOf,
  hostOf,
  insertCertificate,
  judgeOwn,
  newestOrders,
} from '@nebula/acme';
import { type Page, pageWindow } from '@nebula/contract';
import { newId, type Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import { type Journal, type RunSummary, startRun } from '@nebula/journal';
import { type Attention, type Context, mattersOf } from '@nebula/runtime';
import type { z } from 'zod';
import { type CertifiedDomain, renewKind } from '../domains/index.ts';
import { certificateMatters } from './contract-matters.ts';
import { type Authority, type Certificate, certificates } from './contract.ts';
import { knownOf, oneKnown } from './known.ts';
import { orderKind } from './order-run.ts';
import type { CertificateParts } from './parts.ts';
import { ownSentences } from './own-words.ts';
import { bringKind, handBackKind } from './serve-runs.ts';
import { shownCertificate, shownSeen } from './situation.ts';
import { countFailure, seenOf } from './store.ts';
import { matterOf } from './telling.ts';
import { lookAt, turnOf } from './watch.ts';

const { actions, endpoints, events } = certificates;
type ListQuery = z.output<(typeof endpoints)['list']['query']>;
type Brought = z.output<(typeof endpoints)['bring']['body']>;

/** The verbs of certificates; see README. */
export function createCertificates(parts: CertificateParts & { journal: Journal }) {
  const { acme, clock, domains, journal, vault } = parts;
  const [first, ...others] = acme.authorities;
  // One that is at home has no other.
  const isAlone = first !== undefined && others.length === 0 && acme.roots.length === 0;
  const alone = isAlone ? hostOf(first.directory) : null;

  async function known(sql: Sql, id: string): Promise<CertifiedDomain> {
    const domain = await domains.find(sql, id);
    if (domain === null) throw new AppError('NOT_FOUND', 'No such domain is served.');
    return domain;
  }

  const inputOf = (context: Context, { id, name, hostId }: CertifiedDomain) => ({
    ...{ id, name, hostId },
    actor: actorName(context.actor),
  });

  async function begin(
    context: Context,
    domain: CertifiedDomain,
    action: (typeof actions)[keyof typeof actions],
    kind: string,
  ): Promise<{ runId: string }> {
    const { id, name, hostId } = domain;
    return await context.write(action, { type: 'domain', id, name, hostId }, async (change) => {
      change.emit(events.changed, { id });
      return await startRun(journal, context, change, kind, inputOf(context, domain));
    });
  }

  return {
    async list(context: Context, { cursor, limit, search }: ListQuery): Promise<Page<Certificate>> {
      const page = await domains.served(context.sql, cursor ?? null, limit + 1, search);
      const items = (await knownOf(context.sql, page, parts)).map((each) =>
        shownCertificate(each, clock.now()),
      );
      return pageWindow(items, limit, ({ name }) => name);
    },

    async get(context: Context, id: string) {
      const domain = await known(context.sql, id);
      const [history, orders, found] = await Promise.all([
        seenOf(context.sql, id, 50),
        newestOrders(context.sql, id, 20),
        oneKnown(context.sql, domain, parts),
      ]);
      return {
        ...shownCertificate(found, clock.now()),
        history: history.map(shownSeen),
        orders: orders.map(({ createdAt, directory, method, isRehearsal, state, problem, id: orderId }) => ({
          ...{ id: orderId, directory, method, isRehearsal, state, problem },
          createdAt: createdAt.toISOString(),
        })),
      };
    },

    async authorities(context: Context): Promise<{ items: Authority[]; isAlone: boolean }> {
      const rows = new Map((await authorityRows(context.sql)).map((row) => [row.directory, row]));
      return {
        isAlone: alone !== null,
        items: acme.authorities.map(({ directory }) => {
          const row = rows.get(directory);
          return {
            ...{ directory, hasAccount: (row?.accountUrl ?? null) !== null, failures: row?.failures ?? 0 },
            problem: row?.problem ?? null,
            retryAt: row?.retryAt?.toISOString() ?? null,
            failedAt: row?.failedAt?.toISOString() ?? null,
            succeededAt: row?.succeededAt?.toISOString() ?? null,
          };
        }),
      };
    },

    async look(context: Context, id: string): Promise<Certificate> {
      const domain = await known(context.sql, id);
      const { name, hostId } = domain;
      await context.write(actions.look, { type: 'domain', id, name, hostId }, async () => undefined);
      const before = await oneKnown(context.sql, domain, parts);
      return shownCertificate(await lookAt(before, parts, turnOf(parts, context.signal)), clock.now());
    },

    async renew(context: Context, id: string): Promise<{ runId: string }> {
      const domain = await known(context.sql, id);
      const { keeper } = await oneKnown(context.sql, domain, parts);
      if (keeper === 'own') {
        throw new AppError(
          'OWN_CERTIFICATE',
          `The certificate of ${domain.name} was brought; bring its next one.`,
        );
      }
      return await begin(context, domain, actions.renew, keeper === 'proxy' ? renewKind : orderKind);
    },

    takeOver: async (context: Context, id: string): Promise<{ runId: string }> =>
      await begin(context, await known(context.sql, id), actions['take-over'], orderKind),

    async handBack(context: Context, id: string): Promise<{ runId: string }> {
      const domain = await known(context.sql, id);
      const { keeper } = await oneKnown(context.sql, domain, parts);
      if (keeper === 'proxy') {
        throw new AppError('NOT_OURS', `The reverse proxy keeps the certificate of ${domain.name} already.`);
      }
      if (domain.name.startsWith('*.')) {
        throw new AppError('WILDCARD', 'The reverse proxy cannot get a certificate for a wildcard.');
      }
      return await begin(context, domain, actions['hand-back'], handBackKind);
    },

    /**
     * Judges what a person brings, keeps it sealed, and serves each of the domains with it, as a run of its own: all of them
     * begin, or none does.
     */
    async bring(context: Context, { ids, chain, privateKey: key }: Brought) {
      // In one order, so that two who bring for the same domains do not wait for each other.
      const wanted = await Promise.all([...new Set(ids)].toSorted().map((id) => known(context.sql, id)));
      const names = wanted.map(({ name }) => name);
      const judged = judgeOwn({ chainPem: chain, keyPem: key }, names, clock.now());
      if (judged.problem !== null) {
        const field =
          judged.problem.startsWith('key') && judged.problem !== 'key-weak' ? 'privateKey' : 'chain';
        const message = ownSentences[judged.problem](judged.of);
        throw new AppError('NOT_TAKEN', message, {
          data: { problem: judged.problem, of: judged.of },
          fields: [{ path: `body.${field}`, message }],
        });
      }
      const facts = factsOf(chain);
      const target = targetOfAll(wanted);
      const runIds = await context.write(actions.bring, target, async (change) => {
        const begun: { id: string; name: string; runId: string }[] = [];
        for (const domain of wanted) {
          const { id, name } = domain;
          const certificateId = newId();
          await insertCertificate(change.sql, {
            ...{ id: certificateId, subject: id, source: 'own', directory: null, chain },
            sealedKey: vault.seal(certificateSeal(certificateId), key),
            notAfter: new Date(facts.notAfter),
            createdAt: clock.now(),
          });
          change.emit(events.changed, { id });
          const input = { ...inputOf(context, domain), certificateId };
          begun.push({ id, name, ...(await startRun(journal, context, change, bringKind, input)) });
        }
        const { issuer, serial, notAfter } = facts;
        change.record({ after: { issuer, serial, notAfter, domains: begun } });
        return begun.map(({ runId }) => runId);
      });
      return { certificate: { ...facts, keeper: 'own' as const }, runIds };
    },

    /** What is wrong with certificates, for the overview. */
    async attention(context: Context): Promise<Attention[]> {
      const now = clock.now();
      const all = await knownOf(context.sql, await domains.served(context.sql, null, 1000), parts);
      const wrong = all.flatMap((each) => {
        const found = matterOf(each, now);
        if (found === null) return [];
        const { id, name } = each.domain;
        const isBad = found.matter === 'expired' || found.matter === 'missing' || found.matter === 'critical';
        const at = { id: `certificates.${id}`, path: `/certificates/${id}` };
        return [
          matter(
            found.matter,
            { name, percent: found.percent },
            { ...at, severity: isBad ? 'critical' : 'warning' },
          ),
        ];
      });
      return [
        ...wrong,
        ...(alone === null || all.length === 0 ? [] : [matter('alone', { at: alone }, aloneAt)]),
      ];
    },

    /** A run of a certificate failed: its next try waits. */
    async trouble(sql: Sql, run: RunSummary): Promise<void> {
      if (run.kind !== orderKind || run.target.type !== 'domain') return;
      const problem = run.error?.message ?? run.lookHere?.why ?? 'The run stopped.';
      await countFailure(sql, run.target.id, problem.slice(0, 2000), clock.now());
    },
  };
}

const aloneAt = { id: 'certificates.alone', path: '/certificates', severity: 'notice' } as const;
const matter = mattersOf('certificates', certificateMatters);

/** What a change of several domains is about, in one entry of the audit. */
function targetOfAll(wanted: readonly CertifiedDomain[]) {
  const [first] = wanted;
  const names = wanted.map(({ name }) => name).join(', ');
  if (first === undefined || wanted.length === 1) return { type: 'domain', id: '', name: names, ...first };
  return { type: 'domains', id: 'bring', name: names.slice(0, 500), hostId: first.hostId };
}
