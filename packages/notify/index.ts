export { type Message, type MessageState, type Notifier, type Severity } from './message.ts';
export { type NotifyParts, openNotifier, openWebPush } from './open.ts';
export { type Layer, SendError } from './send-error.ts';
export { type DriverName, hostOf, parseTarget, type Target } from './settings.ts';
export type { Subscription, VapidKeys } from './drivers/web-push/vapid.ts';
