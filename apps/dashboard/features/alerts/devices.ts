import type { Clock } from '@nebula/clock';
import { newId } from '@nebula/db';
import { AppError } from '@nebula/errors';
import type { Context } from '@nebula/runtime';
import type { Vault } from '@nebula/vault';
import { tryNotifier } from './channels.ts';
import { tryMessage } from './compose.ts';
import { alerts, type Device, type TestOutcome } from './contract.ts';
import { deviceName, endpointHash, type Notifiers, textsIn } from './notifiers.ts';
import { isAllowedHost } from './push-hosts.ts';
import { shownDevice } from './shown.ts';
import {
  deleteDevice,
  deviceById,
  type DeviceRow,
  devicesOf,
  mostDevices,
  putDevice,
  setOutcome,
} from './tell-store.ts';

interface Deps {
  vault: Vault;
  notifiers: Notifiers;
  clock: Clock;
  publicUrl: string | null;
  pushHosts: string[];
}

/** The verbs about a person's own browsers; see README. */
export function createDevices({ vault, notifiers, clock, publicUrl, pushHosts }: Deps) {
  async function own(context: Context, id: string): Promise<DeviceRow> {
    const row = await deviceById(context.sql, id);
    if (row === undefined || row.userId !== userOf(context)) {
      throw new AppError('NOT_FOUND', 'There is no such device of yours.');
    }
    return row;
  }

  return {
    async list(context: Context) {
      const userId = userOf(context);
      const rows = userId === null ? [] : await devicesOf(context.sql, userId);
      const { publicKey } = await notifiers.keys(context.sql);
      return { publicKey, hosts: pushHosts, items: rows.map(shownDevice) };
    },

    async add(
      context: Context,
      { name, ...subscription }: { name: string; endpoint: string; p256dh: string; auth: string },
    ): Promise<Device> {
      const userId = userOf(context);
      if (userId === null)
        throw new AppError('NOT_A_PERSON', 'A device belongs to a person, and this key to none.');
      const { hostname } = new URL(subscription.endpoint);
      if (!isAllowedHost(hostname, pushHosts)) {
        throw new AppError(
          'PUSH_HOST_NOT_ALLOWED',
          `This browser is told by ${hostname}, which is not among the push services in the settings.`,
        );
      }
      const id = newId();
      const row: DeviceRow = {
        ...{ id, userId, name, place: hostname, endpointHash: endpointHash(subscription.endpoint) },
        subscription: vault.seal(deviceName(id), JSON.stringify(subscription), textsIn),
        ...{ createdAt: clock.now(), lastOutcome: null, lastDetail: '', lastAt: null },
      };
      return await context.write(
        alerts.actions['add-device'],
        { type: 'alert-device', id, name },
        async (change) => {
          const others = await devicesOf(change.sql, userId);
          if (others.length >= mostDevices && !others.some((one) => one.endpointHash === row.endpointHash)) {
            throw new AppError('TOO_MANY_DEVICES', `A person can have ${mostDevices} devices here.`);
          }
          await putDevice(change.sql, row);
          change.record({ after: { name, place: hostname } });
          return shownDevice(row);
        },
      );
    },

    async remove(context: Context, id: string): Promise<void> {
      const row = await own(context, id);
      const target = { type: 'alert-device', id, name: row.name };
      await context.write(alerts.actions['remove-device'], target, async (change) => {
        await deleteDevice(change.sql, id);
        change.record({ before: { name: row.name, place: row.place } });
      });
    },

    async try(context: Context, id: string): Promise<TestOutcome> {
      const row = await own(context, id);
      await context.write(
        alerts.actions['try-device'],
        { type: 'alert-device', id, name: row.name },
        async () => undefined,
      );
      const outcome = await tryNotifier(() => notifiers.ofDevice(context.sql, row), {
        message: tryMessage(newId(), clock.now(), publicUrl),
        signal: context.signal,
      });
      if (outcome.layer === 'gone') await deleteDevice(context.sql, id);
      else await setOutcome(context.sql, { kind: 'device', id }, { ...outcome, at: clock.now() });
      return outcome;
    },
  };
}

function userOf({ actor }: Context): string | null {
  return actor.kind === 'user' ? actor.id : actor.kind === 'apiKey' ? actor.userId : null;
}
