/** The services that browsers use by themselves; all of them are public. */
const wellKnown = [
  'fcm.googleapis.com',
  'updates.push.services.mozilla.com',
  '*.push.apple.com',
  '*.notify.windows.com',
];

/** Whether a host is one of `allowed`; `*.` stands for any name below. */
export function isAllowedHost(host: string, allowed: readonly string[]): boolean {
  return allowed.some((one) => (one.startsWith('*.') ? host.endsWith(one.slice(1)) : host === one));
}

/** Whether a push service is one of those that browsers use by themselves. */
export function isPublicPushHost(host: string): boolean {
  return isAllowedHost(host, wellKnown);
}
