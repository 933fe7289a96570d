import { timingSafeEqual } from 'node:crypto';
import { digestOf, networkOf } from '@nebula/auth';
import type { Context, Login, PlainAnswer, RequestFacts } from '@nebula/runtime';
import { dyndns } from './contract.ts';
import { createCounter } from './limits.ts';
import { type DyndnsParts, type PushJob, tokenActor } from './parts.ts';
import { addressText, readUpdate, type Refused, type UpdateQuery } from './protocol.ts';
import { pushKey } from './push.ts';
import type { Addresses } from './schema.ts';
import {
  lockNames,
  lockToken,
  namesOfTokens,
  type NameRow,
  tokenByDigest,
  type TokenRow,
  touchToken,
  wantAddresses,
} from './store.ts';

const spanMs = 10 * 60_000;
const requestsOfOneToken = 60;
const requestsOfOneNetwork = 240;
const wrongOfOneNetwork = 20;
/** What was settled longer ago is looked at again when a router tells the same address. */
const provenMs = 24 * 3_600_000;

/** One name's part of a request. */
interface Line {
  text: string;
  /** The name to be led, and where; null when there is nothing to do. */
  change: { row: NameRow; wanted: Addresses } | null;
}

/**
 * Answers `GET /nic/update` (members.dyndns.org, as FRITZ!Box, ddclient, OpenWrt and UniFi speak it).
 *
 * `good` means that the new address is stored and will be written: routers give up after seconds and then stay silent for weeks,
 * while a provider may take a change only after minutes, or be away. From then on it is ours to go on until the provider has it.
 * `nochg` says that this address was told before and is written or being written; `dnserr` that it was told before and could not
 * be written yet, or that nobody could reach it. A wrong token and a name that is not the token's get the same answer.
 */
export function createUpdate(parts: DyndnsParts, push: PushJob) {
  const { access, clock, database, log } = parts;
  const counter = (most: number) => createCounter({ most, spanMs, clock });
  const ofToken = counter(requestsOfOneToken);
  const ofNetwork = counter(requestsOfOneNetwork);
  const wrong = counter(wrongOfOneNetwork);

  async function tokenOf(password: string): Promise<TokenRow | null> {
    const digest = digestOf(password);
    const row = await tokenByDigest(database.sql, digest);
    // The index found it by its digest; that they are equal is said in constant time.
    return row !== undefined && timingSafeEqual(row.tokenSha256, digest) ? row : null;
  }

  async function remember(token: TokenRow, request: RequestFacts, text: string, refused: Refused | null) {
    await touchToken(database.sql, token.id, use(request, text, refused));
  }

  function use({ address }: RequestFacts, text: string, refused: Refused | null) {
    return {
      lastUsedAt: clock.now(),
      lastFrom: address,
      lastAnswer: text.slice(0, 500),
      lastRefused: refused,
    };
  }

  async function answer(
    context: Context,
    query: UpdateQuery,
    request: RequestFacts,
    login: Login | null,
  ): Promise<PlainAnswer> {
    const network = networkOf(request.address);
    if (ofNetwork.isOver(network) || wrong.isOver(network)) return said('abuse');
    ofNetwork.count(network);
    // Some programs send a password only when they are asked for it.
    if (login === null) return refusedLogin;
    const token = await tokenOf(login.password);
    if (token === null) {
      wrong.count(network);
      return refusedLogin;
    }
    if (ofToken.isOver(token.id)) return said('abuse');
    ofToken.count(token.id);

    const asked = readUpdate(query, request.address);
    if ('answer' in asked) {
      await remember(token, request, asked.answer, asked.refused);
      return said(asked.answer);
    }
    const held = new Set(
      (await access.zones(context.sql)).map(({ providerId, zone }) => `${providerId} ${zone}`),
    );
    const decide = (rows: readonly NameRow[]) =>
      asked.names.map((name) =>
        lineFor(
          rows.find((row) => row.name === name),
          asked.addresses,
          held,
        ),
      );
    const lines = decide(await namesOfTokens(context.sql, [token.id]));
    const text = lines.map((line) => line.text).join('\n');
    if (lines.some((line) => line.change !== null)) return await keep(context, token, request, decide);
    await remember(token, request, text, null);
    return answerOf(lines);
  }

  /** Stores where names are wanted, and that somebody goes on from there. */
  async function keep(
    context: Context,
    token: TokenRow,
    request: RequestFacts,
    decide: (rows: readonly NameRow[]) => Line[],
  ): Promise<PlainAnswer> {
    const target = { type: 'router-token', id: token.id, name: token.label };
    return await context.write(dyndns.actions.update, target, async (change) => {
      // One that was revoked meanwhile leads nothing any more.
      const isThere = await lockToken(change.sql, token.id);
      const lines = decide(isThere ? await lockNames(change.sql, token.id) : []);
      const changes = lines.flatMap((line) => (line.change === null ? [] : [line.change]));
      const text = lines.map((line) => line.text).join('\n');
      for (const { row, wanted } of changes) {
        await wantAddresses(change.sql, row.id, wanted, clock.now());
        await change.enqueue(push, { id: row.id, looks: 0 }, { key: pushKey(row.id) });
        change.emit(dyndns.events.changed, { id: row.id });
      }
      await touchToken(change.sql, token.id, use(request, text, null));
      change.record({
        actor: tokenActor(token),
        origin: { address: request.address, userAgent: request.userAgent },
        before: Object.fromEntries(changes.map(({ row }) => [row.name, row.wanted])),
        after: Object.fromEntries(changes.map(({ row, wanted }) => [row.name, wanted])),
      });
      return answerOf(lines);
    });
  }

  function lineFor(row: NameRow | undefined, addresses: Addresses, held: ReadonlySet<string>): Line {
    if (row === undefined) return { text: 'badauth', change: null };
    if (!held.has(`${row.providerId} ${row.zone}`)) return { text: 'nohost', change: null };
    const wanted = { ...row.wanted, ...addresses };
    const isSame = addressText(wanted) === addressText(row.wanted);
    if (!isSame) return { text: `good ${addressText(addresses)}`, change: { row, wanted } };
    if (row.state === 'failed') return { text: 'dnserr', change: null };
    const isOld = row.settledAt !== null && clock.now().getTime() - row.settledAt.getTime() > provenMs;
    const isDue = row.state === 'done' && isOld;
    return { text: `nochg ${addressText(addresses)}`, change: isDue ? { row, wanted } : null };
  }

  return async (
    context: Context,
    query: UpdateQuery,
    request: RequestFacts,
    login: Login | null,
  ): Promise<PlainAnswer> => {
    try {
      return await answer(context, query, request, login);
    } catch (error) {
      log.error({ error, requestId: context.requestId }, 'an update of a router failed');
      return said('911');
    }
  };
}

const refusedLogin: PlainAnswer = { text: 'badauth\n', asksForLogin: true };

function answerOf(lines: readonly Line[]): PlainAnswer {
  if (lines.every((line) => line.text === 'badauth')) return refusedLogin;
  return said(lines.map((line) => line.text).join('\n'));
}

function said(text: string): PlainAnswer {
  return { text: `${text}\n`, asksForLogin: false };
}
