import type { Clock } from '@nebula/clock';
import { type Page, pageWindow } from '@nebula/contract';
import { newId } from '@nebula/db';
import { AppError } from '@nebula/errors';
import { hostOf, type Notifier, parseTarget, SendError, type Target } from '@nebula/notify';
import type { Context } from '@nebula/runtime';
import type { Vault } from '@nebula/vault';
import { ZodError } from 'zod';
import { tryMessage } from './compose.ts';
import { alerts, type Channel, type ChannelInput, type TestOutcome } from './contract.ts';
import { channelName, type Notifiers, textsIn } from './notifiers.ts';
import { shownChannel } from './shown.ts';
import {
  channelById,
  type ChannelRow,
  channelsAfter,
  countChannels,
  deleteChannel,
  insertChannel,
  mostChannels,
  setOutcome,
  updateChannel,
} from './tell-store.ts';

interface Deps {
  vault: Vault;
  notifiers: Notifiers;
  clock: Clock;
  publicUrl: string | null;
}

/** The verbs about channels; see README. */
export function createChannels({ vault, notifiers, clock, publicUrl }: Deps) {
  function rowOf(input: ChannelInput, before: ChannelRow | null): ChannelRow {
    const now = clock.now();
    const id = before?.id ?? newId();
    const secrets = input.secrets ?? keptSecrets(input, before);
    const target = proven(input, secrets);
    const place = hostOf(target);
    if (input.secrets === null && before !== null && place !== before.place)
      throw needed('It goes to another place now');
    return {
      ...{ id, name: input.name, driver: input.driver, place, reach: input.reach, isOn: input.isOn },
      ...{ leastSeverity: input.leastSeverity, settings: target.settings },
      secrets: vault.seal(channelName(id), JSON.stringify(target.secrets), textsIn),
      ...{
        lastOutcome: null,
        lastDetail: '',
        lastAt: null,
        createdAt: before?.createdAt ?? now,
        updatedAt: now,
      },
    };
  }

  function keptSecrets({ driver }: ChannelInput, before: ChannelRow | null): unknown {
    if (before === null) return {};
    if (before.driver !== driver) throw needed('It is of another kind now');
    return JSON.parse(vault.open(channelName(before.id), before.secrets, textsIn)) as unknown;
  }

  const mayChange = (context: Context) => context.can(alerts.endpoints.addChannel.access);

  return {
    async list(
      context: Context,
      { limit, cursor }: { limit: number; cursor?: string | undefined },
    ): Promise<Page<Channel>> {
      const rows = await channelsAfter(context.sql, cursor ?? null, limit + 1);
      const { items, next } = pageWindow(rows, limit, ({ name, id }) => `${name} ${id}`);
      return { items: items.map((row) => shownChannel(row, mayChange(context))), next };
    },

    async add(context: Context, input: ChannelInput): Promise<Channel> {
      const row = rowOf(input, null);
      const target = { type: 'alert-channel', id: row.id, name: row.name };
      return await context.write(alerts.actions['add-channel'], target, async (change) => {
        if ((await countChannels(change.sql)) >= mostChannels) {
          throw new AppError('TOO_MANY_CHANNELS', `There can be ${mostChannels} channels.`);
        }
        await insertChannel(change.sql, row);
        change.record({ after: shownChannel(row, true) });
        change.emit(alerts.events.changed, { what: 'channels', ids: [row.id] });
        return shownChannel(row, true);
      });
    },

    async change(context: Context, id: string, input: ChannelInput): Promise<Channel> {
      const before = await channelById(context.sql, id);
      if (before === undefined) throw new AppError('NOT_FOUND', 'There is no such channel.');
      const row = rowOf(input, before);
      const target = { type: 'alert-channel', id, name: row.name };
      return await context.write(alerts.actions['change-channel'], target, async (change) => {
        await updateChannel(change.sql, row);
        change.record({ before: shownChannel(before, true), after: shownChannel(row, true) });
        change.emit(alerts.events.changed, { what: 'channels', ids: [id] });
        return shownChannel(row, true);
      });
    },

    async remove(context: Context, id: string): Promise<void> {
      await context.write(alerts.actions['remove-channel'], { type: 'alert-channel', id }, async (change) => {
        const row = await deleteChannel(change.sql, id);
        if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such channel any more.');
        change.record({
          target: { type: 'alert-channel', id, name: row.name },
          before: shownChannel(row, true),
        });
        change.emit(alerts.events.changed, { what: 'channels', ids: [id] });
      });
    },

    async try(context: Context, id: string): Promise<TestOutcome> {
      const row = await channelById(context.sql, id);
      if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such channel.');
      const target = { type: 'alert-channel', id, name: row.name };
      // The audit knows of it before it leaves.
      await context.write(alerts.actions['try-channel'], target, async () => undefined);
      const outcome = await tryNotifier(() => notifiers.ofChannel(row), {
        message: tryMessage(newId(), clock.now(), publicUrl),
        signal: context.signal,
      });
      await setOutcome(context.sql, { kind: 'channel', id }, { ...outcome, at: clock.now() });
      return outcome;
    },
  };
}

/** Sends a message for trying out and says where it was stopped. */
export async function tryNotifier(
  open: () => Notifier | Promise<Notifier>,
  { message, signal }: { message: Parameters<Notifier['send']>[0]; signal: AbortSignal },
): Promise<TestOutcome> {
  try {
    const { detail } = await (await open()).send(message, signal);
    return { outcome: 'sent', layer: null, detail };
  } catch (error) {
    if (!(error instanceof SendError)) throw error;
    const { layer, message: detail, mayHaveArrived } = error;
    return { outcome: mayHaveArrived ? 'unknown' : 'failed', layer, detail };
  }
}

function needed(why: string): AppError {
  const message = `${why}, so its secrets are needed again.`;
  return new AppError('BAD_INPUT', message, { fields: [{ path: 'body.secrets', message }] });
}

/** The driver's own schema decides; its words go to the caller. */
function proven({ driver, settings }: ChannelInput, secrets: unknown): Target {
  try {
    return parseTarget({ driver, settings, secrets });
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    const fields = error.issues.map(({ path, message }) => ({ path: ['body', ...path].join('.'), message }));
    throw new AppError('BAD_INPUT', fields[0]?.message ?? 'The channel is not set up.', { fields });
  }
}
