import { channelCopy } from './channel-copy.ts';

/** Why a browser cannot be told, or that it can. */
export type PushState = 'ready' | 'unsupported' | 'insecure' | 'denied' | 'waiting';

/** What a browser gives out when it subscribes. */
export interface Subscribed {
  name: string;
  endpoint: string;
  p256dh: string;
  auth: string;
}

/** A refusal of the browser itself or of its push service. */
export class PushRefused extends Error {
  override readonly name = 'PushRefused';
  readonly state: 'denied' | 'failed';

  constructor(state: 'denied' | 'failed', cause?: unknown) {
    super(channelCopy.devices.states[state], { cause });
    this.state = state;
  }
}

/** Whether this browser can be told just now. */
export async function pushState(): Promise<PushState> {
  if (!window.isSecureContext) return 'insecure';
  if (!('serviceWorker' in navigator) || !('PushManager' in window) || !('Notification' in window))
    return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  return (await navigator.serviceWorker.getRegistration()) === undefined ? 'waiting' : 'ready';
}

/** SHA-256 of the endpoint this browser is subscribed at, in hexadecimal; null when it is not. */
export async function ownEndpointHash(): Promise<string | null> {
  if ((await pushState()) !== 'ready') return null;
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = await registration?.pushManager.getSubscription();
  if (subscription === undefined || subscription === null) return null;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(subscription.endpoint));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Asks the person and the browser; throws {@link PushRefused} when either does not want to. */
export async function subscribe(publicKey: string): Promise<Subscribed> {
  if ((await Notification.requestPermission()) !== 'granted') throw new PushRefused('denied');
  const registration = await navigator.serviceWorker.ready;
  // One that was made for another key cannot be used for ours.
  const before = await registration.pushManager.getSubscription();
  if (before !== null && keyOf(before) !== publicKey) await before.unsubscribe();
  try {
    const subscription = await registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: bytesOf(publicKey),
    });
    const keys = subscription.toJSON().keys ?? {};
    return {
      name: deviceName(navigator.userAgent),
      endpoint: subscription.endpoint,
      p256dh: keys['p256dh'] ?? '',
      auth: keys['auth'] ?? '',
    };
  } catch (cause) {
    throw new PushRefused('failed', cause);
  }
}

/** The browser itself forgets that it is told. */
export async function unsubscribe(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
}

/** What a browser is called in a list, from what it says of itself. */
export function deviceName(userAgent: string): string {
  // Most say that they are others too: the first of the list that is named is what they are.
  const browser = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Safari'].find((name) =>
    userAgent.includes(`${name}/`),
  );
  const system = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac OS X', 'Linux'].find((name) =>
    userAgent.includes(name),
  );
  const names: Record<string, string> = { Edg: 'Edge', OPR: 'Opera', 'Mac OS X': 'macOS' };
  const words = channelCopy.devices;
  if (browser === undefined || system === undefined) return words.browser;
  return words.on(names[browser] ?? browser, names[system] ?? system);
}

function keyOf({ options }: PushSubscription): string {
  const { applicationServerKey: key } = options;
  if (key === null) return '';
  return btoa(String.fromCharCode(...new Uint8Array(key)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
