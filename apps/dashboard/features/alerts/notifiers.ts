import { createHash } from 'node:crypto';
import type { Clock } from '@nebula/clock';
import type { Sql } from '@nebula/db';
import {
  type Notifier,
  openNotifier,
  openWebPush,
  parseTarget,
  type Subscription,
  type VapidKeys,
} from '@nebula/notify';
import { makeVapidKeys } from '@nebula/notify/vapid';
import type { Outbound } from '@nebula/outbound';
import type { Vault } from '@nebula/vault';
import { z } from 'zod';
import { houseValue, keepHouseValue } from './store.ts';
import type { ChannelRow, DeviceRow } from './tell-store.ts';

/** Opens what messages go through, with secrets from the vault. */
export interface Notifiers {
  ofChannel(row: ChannelRow): Notifier;
  ofDevice(database: Sql, row: DeviceRow): Promise<Notifier>;
  /** Our keys for push services, made when they are first asked for. */
  keys(database: Sql): Promise<VapidKeys>;
}

interface Deps {
  vault: Vault;
  outbound: Outbound;
  clock: Clock;
  publicUrl: string | null;
  /** Push services that are known to be public; others were allowed by name and may be at home. */
  isPublicPushHost(host: string): boolean;
}

const Keys = z.object({ publicKey: z.string(), privateKey: z.string() });
const Browser = z.object({ endpoint: z.string(), p256dh: z.string(), auth: z.string() });
const ownAddress = 'https://github.com/nebulacommand';

/** See {@link Notifiers}. */
export function createNotifiers({ vault, outbound, clock, publicUrl, isPublicPushHost }: Deps): Notifiers {
  const now = () => clock.now();

  async function keys(database: Sql): Promise<VapidKeys> {
    // A push service wants to know whom to ask; where nobody has said how we are reached, the house has no name.
    const subject = publicUrl?.startsWith('https:') === true ? publicUrl : ownAddress;
    const found = await houseValue(database, 'vapid');
    const sealed =
      found ??
      (await keepHouseValue(
        database,
        'vapid',
        vault.seal('alert-vapid', JSON.stringify(makeVapidKeys(subject)), privateKeyIn),
      ));
    return { ...Keys.parse(JSON.parse(vault.open('alert-vapid', sealed, privateKeyIn))), subject };
  }

  return {
    keys,
    ofChannel(row) {
      const secrets: unknown = JSON.parse(vault.open(channelName(row.id), row.secrets, textsIn));
      const target = parseTarget({ driver: row.driver, settings: row.settings, secrets });
      return openNotifier(target, { outbound, reach: row.reach, now });
    },
    async ofDevice(database, row) {
      const subscription: Subscription = Browser.parse(
        JSON.parse(vault.open(deviceName(row.id), row.subscription, textsIn)),
      );
      const reach = isPublicPushHost(new URL(subscription.endpoint).hostname) ? 'public' : 'machine';
      return openWebPush(subscription, await keys(database), { outbound, reach, now });
    },
  };
}

/** Under which name the secrets of a channel are sealed. */
export const channelName = (id: string) => `alert-channel:${id}`;
/** Under which name the subscription of a browser is sealed. */
export const deviceName = (id: string) => `alert-device:${id}`;

/** Every text in a sealed document: an address with a token in it is a secret as a whole. */
export function textsIn(document: string): string[] {
  const found: string[] = [];
  JSON.parse(document, (_key, value: unknown) => {
    if (typeof value === 'string') found.push(value);
    return value;
  });
  return found;
}

/** A browser's own name for itself. */
export function endpointHash(endpoint: string): string {
  return createHash('sha256').update(endpoint).digest('hex');
}

function privateKeyIn(document: string): string[] {
  return [Keys.parse(JSON.parse(document)).privateKey];
}
