import { hasFreshProof } from '@nebula/auth';
import type { Clock } from '@nebula/clock';
import type { Page } from '@nebula/contract';
import { pageWindow } from '@nebula/contract';
import { newId, type Sql } from '@nebula/db';
import {
  type CheckReport as Report,
  ProviderSettings,
  type ProviderSecrets,
  secretsProblem,
} from '@nebula/dns';
import { AppError } from '@nebula/errors';
import { redact } from '@nebula/log';
import type { Context } from '@nebula/runtime';
import type { Vault } from '@nebula/vault';
import { type DnsAccess, sealName, secretValues } from './access.ts';
import { dns as contract } from './contract.ts';
import { CheckReport, type Provider, type SettingsInput } from './contract-providers.ts';
import {
  deleteProvider,
  insertProvider,
  lockProvider,
  providerById,
  providerByName,
  type ProviderRow,
  providersAfter,
  updateProvider,
  waitsAfter,
} from './store.ts';

interface Deps {
  access: DnsAccess;
  vault: Vault;
  clock: Clock;
}

/** What a person entered, with the settings as the port takes them. */
interface Input extends Omit<Entered, 'settings'> {
  settings: ProviderSettings;
}

interface Entered {
  name: string;
  settings: SettingsInput;
  secrets: Record<string, string>;
  isTried: boolean;
}

/** The verbs of providers; see README. */
export function createProviders({ access, vault, clock }: Deps) {
  async function find(sql: Sql, id: string): Promise<ProviderRow> {
    const row = await providerById(sql, id);
    if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such DNS provider any more.');
    return row;
  }

  async function shown(sql: Sql, row: ProviderRow): Promise<Provider> {
    const waits = await waitsAfter(sql, row.id, clock.now(), 20);
    const names = await access.namesAt(sql, row.id);
    return providerOf(row, waits, names);
  }

  /** Tests a provider before it is kept: what does not work is kept only by who says so. */
  async function proven(
    { actor, signal }: Context,
    id: string,
    { settings, isTried }: Input,
    secrets: ProviderSecrets,
  ): Promise<CheckReport | null> {
    const problem = secretsProblem(settings.kind, secrets);
    if (problem !== null) throw badSecrets(problem);
    // Who still has to prove who they are is asked for that first.
    if (!isTried || !hasFreshProof(actor, clock.now())) return null;
    const dns = await access.openWith({ id, settings, secrets });
    return reportOf(await dns.check({ signal }), clock.now());
  }

  return {
    async list(
      context: Context,
      { limit, cursor }: { limit: number; cursor?: string | undefined },
    ): Promise<Page<Provider>> {
      const rows = await providersAfter(context.sql, cursor ?? null, limit + 1);
      const { items, next } = pageWindow(rows, limit, (row) => row.name);
      return { items: await Promise.all(items.map((row) => shown(context.sql, row))), next };
    },

    async add(context: Context, entered: Entered): Promise<Provider> {
      const input = inputOf(entered);
      const id = newId();
      const secrets = withoutEmpty(input.secrets);
      const target = { type: 'dns-provider', id, name: input.name };
      // Before the transaction, which must not wait for somebody else's server.
      const report = await proven(context, id, input, secrets);
      return await context.write(contract.actions['add-provider'], target, async (change) => {
        refuseFailed(report);
        if ((await providerByName(change.sql, input.name)) !== undefined) throw nameTaken(input.name);
        const now = clock.now();
        const row: ProviderRow = {
          ...{ id, name: input.name, kind: input.settings.kind, settings: input.settings, lastCheck: report },
          ...{ secrets: seal(vault, id, secrets), secretNames: Object.keys(secrets).sort() },
          ...{ createdAt: now, updatedAt: now },
        };
        await insertProvider(change.sql, row);
        change.record({ after: auditOf(row) });
        change.emit(contract.events['providers-changed'], { id });
        return await shown(change.sql, row);
      });
    },

    async change(
      context: Context,
      id: string,
      { updatedAt: seenAt, ...entered }: Entered & { updatedAt: string },
    ): Promise<Provider> {
      const input = inputOf(entered);
      const before = await find(context.sql, id);
      const secrets = mergedSecrets(access.secretsOf(before), input, ProviderSettings.parse(before.settings));
      const report = await proven(context, id, input, secrets);
      const target = { type: 'dns-provider', id, name: before.name };
      return await context.write(contract.actions['change-provider'], target, async (change) => {
        // Also while its connection was tested.
        const now = await lockProvider(change.sql, id);
        if (now === undefined || !isAt(now, seenAt) || !isAt(now, before.updatedAt)) {
          throw new AppError(
            'CHANGED_MEANWHILE',
            `${before.name} was changed in the meantime. Look at it again.`,
          );
        }
        refuseFailed(report);
        const namesake = await providerByName(change.sql, input.name);
        if (namesake !== undefined && namesake.id !== id) throw nameTaken(input.name);
        const changes = {
          ...{
            name: input.name,
            kind: input.settings.kind,
            settings: input.settings,
            // Never the same twice, since it is the version.
            updatedAt: new Date(Math.max(clock.now().getTime(), before.updatedAt.getTime() + 1)),
          },
          ...{ secrets: seal(vault, id, secrets), secretNames: Object.keys(secrets).sort() },
          ...(report === null ? {} : { lastCheck: report }),
        };
        await updateProvider(change.sql, id, changes);
        const row = { ...before, ...changes };
        change.record({ before: auditOf(before), after: auditOf(row) });
        change.emit(contract.events['providers-changed'], { id });
        return await shown(change.sql, row);
      });
    },

    async remove(context: Context, id: string, typedName: string): Promise<void> {
      const row = await find(context.sql, id);
      const target = { type: 'dns-provider', id, name: row.name };
      await context.write(contract.actions['remove-provider'], target, async (change) => {
        if (typedName !== row.name) throw nameDiffers('query.typedName', 'Repeat the name of the provider.');
        await deleteProvider(change.sql, id);
        change.record({ before: auditOf(row) });
        change.emit(contract.events['providers-changed'], { id });
      });
    },

    async check(context: Context, id: string): Promise<CheckReport> {
      const row = await find(context.sql, id);
      const dns = await access.open(context.sql, id);
      const report = reportOf(await dns.check({ signal: context.signal }), clock.now());
      const target = { type: 'dns-provider', id, name: row.name };
      return await context.write(contract.actions['check-provider'], target, async (change) => {
        // Zones that were there once are known until a test finds others.
        const zones = report.isOk || report.zones.length > 0 ? report.zones : (lastCheckOf(row)?.zones ?? []);
        await updateProvider(change.sql, id, { lastCheck: { ...report, zones } });
        change.record({ after: { isOk: report.isOk, failed: report.failed } });
        change.emit(contract.events['providers-changed'], { id });
        return report;
      });
    },
  };
}

/** Proves what was entered: addresses are addresses, names of zones are made canonical. Throws BAD_INPUT at the field. */
function inputOf(entered: Entered): Input {
  const parsed = ProviderSettings.safeParse(entered.settings);
  if (parsed.success) return { ...entered, settings: parsed.data };
  const fields = parsed.error.issues.map(({ path, message }) => ({
    path: ['body.settings', ...path].join('.'),
    message,
  }));
  throw new AppError('BAD_INPUT', fields[0]?.message ?? 'These settings are not understood.', { fields });
}

/** Names that are told of each provider. */
const namesTold = 5;

function providerOf(row: ProviderRow, waits: { key: string; until: Date }[], names: string[]): Provider {
  return {
    keeps: { names: names.slice(0, namesTold), count: names.length },
    ...{
      id: row.id,
      name: row.name,
      secretNames: row.secretNames,
      settings: ProviderSettings.parse(row.settings),
    },
    lastCheck: lastCheckOf(row),
    waits: waits.map(({ key, until }) => ({ what: key.split(' ').at(-1) ?? '', until: until.toISOString() })),
    ...{ createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() },
  };
}

function reportOf({ capabilities, ...report }: Report, at: Date): CheckReport {
  const { types, limits, ...rest } = capabilities;
  return {
    at: at.toISOString(),
    ...report,
    // The words of the server are in it, which may repeat what it was sent.
    detail: redact(report.detail),
    capabilities: { ...rest, types: [...types], limits: [...limits] },
  };
}

/** A cache of what an older version found may have another shape; then nothing is known. */
function lastCheckOf({ lastCheck }: ProviderRow): CheckReport | null {
  return CheckReport.nullable().catch(null).parse(lastCheck);
}

function isAt({ updatedAt }: ProviderRow, instant: Date | string): boolean {
  return updatedAt.getTime() === new Date(instant).getTime();
}

function auditOf({ name, settings, secretNames }: ProviderRow) {
  return { name, settings, secretNames };
}

function seal(vault: Vault, id: string, secrets: ProviderSecrets): string {
  return vault.seal(sealName(id), JSON.stringify(secrets), secretValues);
}

function withoutEmpty(secrets: Record<string, string>): ProviderSecrets {
  return Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== ''));
}

/** Kept secrets go along only to where they were given for: another address needs them entered again. */
function mergedSecrets(kept: ProviderSecrets, input: Input, before: ProviderSettings): ProviderSecrets {
  const isSamePlace = placesOf(before).join(' ') === placesOf(input.settings).join(' ');
  if (isSamePlace) return withoutEmpty({ ...kept, ...input.secrets });
  const given = withoutEmpty(input.secrets);
  const missing = Object.keys(kept).filter((name) => input.secrets[name] === undefined);
  if (missing.length > 0)
    throw badSecrets(`The address changes, so enter the secrets again: ${missing.join(', ')}.`);
  return given;
}

function placesOf(settings: ProviderSettings): string[] {
  switch (settings.kind) {
    case 'powerdns':
    case 'cloudflare':
      return [settings.kind, settings.url];
    case 'zoneedit':
      return [settings.kind, settings.panelUrl, settings.dynamicUrl, settings.username];
    case 'rfc2136':
      return [settings.kind, settings.server, settings.keyName];
    case 'manual':
      return [settings.kind];
    default:
      return settings satisfies never;
  }
}

function refuseFailed(report: CheckReport | null): void {
  if (report === null || report.isOk) return;
  throw new AppError('CHECK_FAILED', report.detail, {
    data: { layer: report.failed, layers: report.layers.map(({ layer, state }) => `${layer}:${state}`) },
  });
}

function badSecrets(message: string): AppError {
  return new AppError('BAD_INPUT', message, { fields: [{ path: 'body.secrets', message }] });
}

function nameTaken(name: string): AppError {
  const message = `There is a provider called ${name} already.`;
  return new AppError('NAME_TAKEN', message, { fields: [{ path: 'body.name', message }] });
}

/** What was repeated is not the name. */
export function nameDiffers(path: string, message: string): AppError {
  return new AppError('NAME_DIFFERS', message, { fields: [{ path, message }] });
}
