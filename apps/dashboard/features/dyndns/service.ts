import { newToken } from '@nebula/auth';
import { type Page, pageWindow } from '@nebula/contract';
import { newId, type Sql } from '@nebula/db';
import { nameOfWait, nameOrNull } from '@nebula/dns';
import { AppError } from '@nebula/errors';
import type { Context } from '@nebula/runtime';
import { waitsOfProvider } from '../dns/index.ts';
import { ledDomains } from '../domains/index.ts';
import { dyndns, type LedName, RouterToken } from './contract.ts';
import { type DyndnsParts, followerName, type PushJob } from './parts.ts';
import { addressText } from './protocol.ts';
import { pushKey } from './push.ts';
import type { Addresses } from './schema.ts';
import {
  deleteName,
  deleteToken,
  insertName,
  insertToken,
  nameById,
  namesOfTokens,
  type NameRow,
  ownNamesAfter,
  tokenById,
  type TokenRow,
  tokensBefore,
  wantAddresses,
} from './store.ts';

const { actions, events } = dyndns;
const batch = 500;

/** The verbs of tokens and of names that follow this machine; see README. */
export function createDyndns(parts: DyndnsParts, push: PushJob) {
  const { access, clock } = parts;

  /** A name that can be led: in a zone of a provider that takes changes from here, and led by nobody else. */
  async function newName(sql: Sql, given: string, tokenId: string | null, path: string): Promise<NameRow> {
    const name = nameOrNull(given);
    const held = name === null ? null : await access.holding(sql, name);
    if (name === null || held === null) {
      throw refused('NO_ZONE', `No provider here holds a zone for ${given}. Add the provider first.`, path);
    }
    const dns = await access.open(sql, held.providerId);
    if (dns.capabilities().writes === 'hand') {
      throw refused(
        'BY_HAND',
        `A person enters the records of ${held.zone}, so ${name} cannot follow.`,
        path,
      );
    }
    const [domain] = await ledDomains(sql, [name]);
    if (domain?.followsAddress === true) {
      const message = `The domain ${name} follows the address of this machine already; switch that off first.`;
      throw refused('NAME_FOLLOWED', message, path);
    }
    const { providerId, zone } = held;
    return {
      ...{ id: newId(), name, tokenId, providerId, zone, wanted: {}, runs: {}, state: 'idle', problem: null },
      ...{ attempts: 0, nextTryAt: null, version: 1, askedAt: null, settledAt: null, createdAt: clock.now() },
    };
  }

  /** Adds names that can be led. In one order: two who ask for the same names at once would wait for each other. */
  async function keepNames(sql: Sql, asked: readonly { row: NameRow; path: string }[]): Promise<void> {
    for (const { row, path } of asked.toSorted((one, other) => (one.row.name < other.row.name ? -1 : 1))) {
      if (await insertName(sql, row)) continue;
      throw refused('NAME_LED', `Another updater leads ${row.name} already.`, path);
    }
  }

  async function shownNames(sql: Sql, rows: readonly NameRow[]): Promise<LedName[]> {
    const providerNames = new Map(
      (await access.providers(sql)).map((provider) => [provider.id, provider.name]),
    );
    const waiting = new Set(rows.filter(({ state }) => state === 'queued').map((row) => row.providerId));
    const waits = new Map<string, Date>();
    for (const id of waiting) {
      for (const { key, until } of await waitsOfProvider(sql, id, clock.now(), 200)) {
        waits.set(`${id} ${nameOfWait(key)}`, until);
      }
    }
    const domains = await ledDomains(
      sql,
      rows.map(({ name }) => name),
    );
    return rows.map(({ id, name, zone, providerId, wanted, runs, state, problem, ...row }) => {
      const waitsUntil = state === 'queued' ? waits.get(`${providerId} ${name}`) : undefined;
      return {
        ...{ id, name, zone, providerId, addresses: wanted, state, problem },
        providerName: providerNames.get(providerId) ?? null,
        runId: runs.A?.runId ?? runs.AAAA?.runId ?? null,
        nextTryAt: (row.nextTryAt ?? waitsUntil)?.toISOString() ?? null,
        askedAt: row.askedAt?.toISOString() ?? null,
        alsoFollowed: domains.some((domain) => domain.name === name && domain.followsAddress),
      };
    });
  }

  async function shownTokens(sql: Sql, rows: readonly TokenRow[]): Promise<RouterToken[]> {
    const names = await namesOfTokens(
      sql,
      rows.map(({ id }) => id),
    );
    const shown = new Map((await shownNames(sql, names)).map((name) => [name.id, name]));
    return rows.map(({ tokenSha256: _digest, lastRefused, ...row }) => ({
      ...row,
      createdAt: row.createdAt.toISOString(),
      lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
      refused: RouterToken.shape.refused.catch(null).parse(lastRefused),
      names: names.flatMap(({ id, tokenId }) => (tokenId === row.id ? (shown.get(id) ?? []) : [])),
    }));
  }

  async function ownAddresses(): Promise<Addresses> {
    const [v4, v6] = await Promise.all([parts.publicAddress(4), parts.publicAddress(6)]);
    return {
      ...(v4.address === null ? {} : { A: v4.address }),
      ...(v6.address === null ? {} : { AAAA: v6.address }),
    };
  }

  /** Adds names that follow this machine; the caller's change names them. */
  async function follow(sql: Sql, names: readonly string[], path: string): Promise<NameRow[]> {
    const rows: NameRow[] = [];
    for (const name of names) rows.push(await newName(sql, name, null, path));
    await keepNames(
      sql,
      rows.map((row) => ({ row, path })),
    );
    return rows;
  }

  return {
    follow,

    async tokens(
      context: Context,
      query: { limit: number; cursor?: string | undefined },
    ): Promise<Page<RouterToken>> {
      const rows = await tokensBefore(context.sql, query.cursor ?? null, query.limit + 1);
      const { items, next } = pageWindow(rows, query.limit, ({ id }) => id);
      return { items: await shownTokens(context.sql, items), next };
    },

    async makeToken(
      context: Context,
      input: { label: string; names: string[] },
    ): Promise<{ token: RouterToken; secret: string }> {
      const { token: secret, digest } = newToken('router');
      const id = newId();
      const target = { type: 'router-token', id, name: input.label };
      return await context.write(actions['make-token'], target, async (change) => {
        const row: TokenRow = {
          ...{
            id,
            label: input.label,
            tokenSha256: digest,
            hint: secret.slice(0, 8),
            createdAt: clock.now(),
          },
          ...{ lastUsedAt: null, lastFrom: null, lastAnswer: null, lastRefused: null },
          madeBy: context.actor.name,
        };
        await insertToken(change.sql, row);
        const names = new Map<string, { row: NameRow; path: string }>();
        for (const [index, given] of input.names.entries()) {
          const path = `body.names.${index}`;
          const row = await newName(change.sql, given, id, path);
          if (!names.has(row.name)) names.set(row.name, { row, path });
        }
        await keepNames(change.sql, [...names.values()]);
        change.record({ after: { names: [...names.keys()].toSorted() } });
        change.emit(events.changed, { id });
        const [token] = await shownTokens(change.sql, [row]);
        if (token === undefined) throw new TypeError('a token that was made is shown');
        return { token, secret };
      });
    },

    async revokeToken(context: Context, id: string): Promise<void> {
      const row = await tokenById(context.sql, id);
      if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such token any more.');
      const target = { type: 'router-token', id, name: row.label };
      await context.write(actions['revoke-token'], target, async (change) => {
        const names = await namesOfTokens(change.sql, [id]);
        await deleteToken(change.sql, id);
        change.record({ before: { names: names.map(({ name }) => name) } });
        change.emit(events.changed, { id });
      });
    },

    async names(
      context: Context,
      query: { limit: number; cursor?: string | undefined },
    ): Promise<Page<LedName>> {
      const rows = await ownNamesAfter(context.sql, query.cursor ?? null, query.limit + 1);
      const { items, next } = pageWindow(rows, query.limit, ({ name }) => name);
      return { items: await shownNames(context.sql, items), next };
    },

    async addName(context: Context, given: string): Promise<LedName> {
      const wanted = await ownAddresses();
      const target = { type: 'dns-name', id: given, name: given };
      return await context.write(actions['add-name'], target, async (change) => {
        const [row] = await follow(change.sql, [given], 'body.name');
        if (row === undefined) throw new TypeError('a name that is added is there');
        if (addressText(wanted) !== '') {
          await wantAddresses(change.sql, row.id, wanted, clock.now());
          await change.enqueue(push, { id: row.id, looks: 0 }, { key: pushKey(row.id) });
        }
        change.record({ target: { ...target, id: row.name, name: row.name }, after: { wanted } });
        change.emit(events.changed, { id: row.id });
        const kept = await nameById(change.sql, row.id);
        const [shown] = await shownNames(change.sql, [kept ?? row]);
        if (shown === undefined) throw new TypeError('a name that was added is shown');
        return shown;
      });
    },

    async removeName(context: Context, id: string): Promise<void> {
      const row = await nameById(context.sql, id);
      // Names of a router go with its token.
      if (row === undefined || row.tokenId !== null) {
        throw new AppError('NOT_FOUND', 'No such name follows this machine.');
      }
      await context.write(actions['remove-name'], { type: 'dns-name', id: row.name }, async (change) => {
        await deleteName(change.sql, id);
        change.record({ before: { wanted: row.wanted } });
        change.emit(events.changed, { id });
      });
    },

    /** Leads the names that follow this machine to its address of now; a family that nobody can tell stays as it is. */
    async followOwn(signal: AbortSignal): Promise<void> {
      let after: string | null = null;
      let addresses: Addresses | null = null;
      for (;;) {
        const rows: NameRow[] = await ownNamesAfter(parts.database.sql, after, batch);
        for (const row of rows) {
          addresses ??= await ownAddresses();
          const wanted = { ...row.wanted, ...addresses };
          if (addressText(wanted) === addressText(row.wanted)) continue;
          const context = parts.systemContext(followerName, signal);
          await context.write(actions.follow, { type: 'dns-name', id: row.name }, async (change) => {
            await wantAddresses(change.sql, row.id, wanted, clock.now());
            await change.enqueue(push, { id: row.id, looks: 0 }, { key: pushKey(row.id) });
            change.record({ before: row.wanted, after: wanted });
            change.emit(events.changed, { id: row.id });
          });
        }
        const last = rows.at(-1);
        if (rows.length < batch || last === undefined) return;
        after = last.name;
      }
    },
  };
}

function refused(code: string, message: string, path: string): AppError {
  return new AppError(code, message, { fields: [{ path, message }] });
}
