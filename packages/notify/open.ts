import type { Outbound, Reach } from '@nebula/outbound';
import type { Message, Notifier } from './message.ts';
import type { Subscription, VapidKeys } from './drivers/web-push/vapid.ts';
import type { Target } from './settings.ts';

/** What a driver is opened with. */
export interface NotifyParts {
  outbound: Outbound;
  /** How far it may reach; plain text on the wire only when that is not `public`. */
  reach: Reach;
  now(): Date;
  /** 15 s unless given. */
  timeoutMs?: number;
}

/** A notifier that loads its driver when it is first used. */
export function openNotifier(target: Target, parts: NotifyParts): Notifier {
  const full = { timeoutMs: 15_000, ...parts };
  let loaded: Promise<Notifier> | null = null;
  return lazily(() => (loaded ??= load(target, full)));
}

/** A notifier for one browser of a person. */
export function openWebPush(subscription: Subscription, keys: VapidKeys, parts: NotifyParts): Notifier {
  return lazily(async () => {
    const { webPush } = await import('./drivers/web-push/web-push.ts');
    return webPush(subscription, keys, { timeoutMs: 15_000, ...parts });
  });
}

function lazily(open: () => Promise<Notifier>): Notifier {
  return {
    send: async (message: Message, signal: AbortSignal) => await (await open()).send(message, signal),
  };
}

async function load(target: Target, parts: Required<NotifyParts>): Promise<Notifier> {
  switch (target.driver) {
    case 'discord':
      return (await import('./drivers/discord/discord.ts')).discord(target.secrets, parts);
    case 'slack':
      return (await import('./drivers/slack/slack.ts')).slack(target.secrets, parts);
    case 'telegram':
      return (await import('./drivers/telegram/telegram.ts')).telegram(target, parts);
    case 'ntfy':
      return (await import('./drivers/ntfy/ntfy.ts')).ntfy(target, parts);
    case 'gotify':
      return (await import('./drivers/gotify/gotify.ts')).gotify(target, parts);
    case 'webhook':
      return (await import('./drivers/webhook/webhook.ts')).webhook(target, parts);
    case 'email':
      return (await import('./drivers/email/email.ts')).email(target, parts);
    default:
      return target satisfies never;
  }
}
