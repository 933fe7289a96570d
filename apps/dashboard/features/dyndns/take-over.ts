import { createHash } from 'node:crypto';
import { AppError, DriverError } from '@nebula/errors';
import { registerSecret } from '@nebula/log';
import type { Context } from '@nebula/runtime';
import type { CallBroker } from '../../resources.ts';
import type { createProviders } from '../dns/index.ts';
import { beginFollowing, ledDomains } from '../domains/index.ts';
import { type DdclientEntry, type DdclientReport, dyndns } from './contract.ts';
import type { DyndnsParts } from './parts.ts';
import type { createDyndns } from './service.ts';
import { namesAmong } from './store.ts';
import { type ParsedConfig, parseDdclient, type ParsedEntry } from './ddclient-parse.ts';
import { planEntry, type Plan } from './ddclient-plan.ts';

const unit = 'ddclient.service';

interface Deps extends DyndnsParts {
  callBroker: CallBroker;
  providers: ReturnType<typeof createProviders>;
  names: Pick<ReturnType<typeof createDyndns>, 'follow' | 'followOwn'>;
}

type Read =
  | { state: 'absent'; path: null; why: null }
  | { state: 'unreadable'; path: string; why: string }
  | { state: 'found'; path: string; why: null; fingerprint: string; config: ParsedConfig };

/** The verbs that read ddclient's configuration and take over from it. No answer holds a password of it. */
export function createTakeOver(deps: Deps) {
  const { access, callBroker, clock, names, providers } = deps;

  async function read(signal: AbortSignal): Promise<Read> {
    const found = await callBroker('ddclient-read', {}, signal);
    if (found.state === 'absent') return { ...found, path: null, why: null };
    if (found.state === 'unreadable') return found;
    const config = parseDdclient(found.text);
    for (const secret of config.secrets) registerSecret(secret);
    const fingerprint = createHash('sha256').update(found.text).digest('base64url');
    return { state: 'found', path: found.path, why: null, fingerprint, config };
  }

  /** Its unit, where systemd knows one. */
  async function unitNow(signal: AbortSignal): Promise<DdclientReport['unit']> {
    try {
      const { load, active, canChange } = await callBroker('unit-status', { unit }, signal);
      return load === 'not-found' ? null : { name: unit, active, canStop: canChange };
    } catch (error) {
      // Without systemd the broker refuses, and there is no unit.
      if (error instanceof DriverError && error.kind === 'rejected') return null;
      throw error;
    }
  }

  async function shown(
    context: Context,
    index: number,
    entry: ParsedEntry,
    plan: Plan,
  ): Promise<DdclientEntry> {
    const led = await namesAmong(context.sql, plan.names);
    const domains = await ledDomains(context.sql, plan.names);
    return {
      ...{ index, protocol: entry.protocol, server: entry.server, login: entry.login },
      hasPassword: entry.password !== null,
      // What cannot be made a name is shown as it is written.
      names: plan.names.length > 0 ? plan.names : entry.names,
      ...{ kind: plan.kind, obstacle: plan.obstacle, zone: plan.zone },
      ...{ providerId: plan.held?.providerId ?? null, providerName: plan.held?.providerName ?? null },
      led: plan.names.filter(
        (name) =>
          led.some((row) => row.name === name) ||
          domains.some((domain) => domain.name === name && domain.followsAddress),
      ),
    };
  }

  return {
    async report(context: Context): Promise<DdclientReport> {
      const found = await read(context.signal);
      const none = { fingerprint: null, usesAddressOf: [], entries: [], remarks: [] };
      const running = await unitNow(context.signal);
      if (found.state !== 'found') return { ...none, ...found, unit: running };
      const { config, state, path, why, fingerprint } = found;
      const zones = await access.zones(context.sql);
      const entries: DdclientEntry[] = [];
      for (const [index, entry] of config.entries.entries()) {
        entries.push(await shown(context, index, entry, await planEntry(entry, zones)));
      }
      return {
        ...{ state, path, why, fingerprint, unit: running, entries, usesAddressOf: config.addressFrom },
        remarks: config.notUnderstood.map((line) => ({ line, problem: 'not-understood' as const })),
      };
    },

    async takeOver(
      context: Context,
      input: { index: number; fingerprint: string; providerId: string | null; providerName: string },
    ) {
      const found = await read(context.signal);
      if (found.state !== 'found' || found.fingerprint !== input.fingerprint) {
        throw new AppError(
          'CHANGED_MEANWHILE',
          'The configuration of ddclient was changed. Look at it again.',
        );
      }
      const entry = found.config.entries[input.index];
      if (entry === undefined) throw new AppError('NOT_FOUND', 'There is no such entry.');
      const zones = await access.zones(context.sql);
      const plan = await planEntry(entry, zones);
      const chosen = zones.find(
        ({ providerId, zone }) => providerId === input.providerId && zone === plan.zone,
      );
      if (plan.obstacle !== null || (input.providerId !== null && chosen === undefined)) {
        throw new AppError('NOT_TAKEN_OVER', 'These names cannot be taken over as they stand.');
      }
      const target = { type: 'ddclient', id: `${found.path}#${input.index}`, name: plan.names.join(', ') };
      // Who may not, or still has to prove who they are, is told before anything is made.
      await context.prove(dyndns.actions['take-over'], target);
      await context.prove(dyndns.actions['add-name'], target);
      const providerId =
        (chosen ?? plan.held)?.providerId ?? (await addProvider(context, plan, input.providerName));
      const domains = (await ledDomains(context.sql, plan.names)).filter(({ isKept }) => isKept);
      for (const domain of domains) if (!domain.isRemoving) await beginFollowing(context, clock, domain);
      const led = new Map(domains.map(({ name, isRemoving }) => [name, !isRemoving]));
      // Told once it is done: the names are added in the same transaction.
      const taken = await context.write(dyndns.actions['take-over'], target, async (change) => {
        for (const { name, tokenId } of await namesAmong(change.sql, plan.names)) {
          if (!led.has(name)) led.set(name, tokenId === null);
        }
        const bare = plan.names.filter((name) => !led.has(name)).toSorted();
        await names.follow(change.sql, bare, 'body.index');
        const own = plan.names.filter((name) => led.get(name) ?? true);
        change.record({ after: { names: own, zone: plan.zone, kind: plan.kind, providerId } });
        change.emit(dyndns.events.changed, { id: providerId });
        return own;
      });
      await names.followOwn(context.signal);
      const running = await unitNow(context.signal);
      return { providerId, names: taken, isStillRunning: running?.active === 'active' };
    },
  };

  async function addProvider(context: Context, { provider }: Plan, name: string): Promise<string> {
    if (provider === null) throw new AppError('NOT_TAKEN_OVER', 'ddclient names no account for these names.');
    const { settings, secrets } = provider;
    return (await providers.add(context, { name, settings, secrets, isTried: true })).id;
  }
}
