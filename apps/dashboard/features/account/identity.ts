import {
  type Actor,
  digestOf,
  type Holder,
  type SignedIn,
  type Site,
  sessionLifeMs,
  siteOf,
} from '@nebula/auth';
import { AppError } from '@nebula/errors';
import type { CookieChange, RequestFacts, Target } from '@nebula/runtime';

/**
 * Name of the cookie that marks a device on which this account has signed in before: one for each account, since a family
 * shares a browser.
 */
export function deviceCookieOf(email: string): string {
  return `nebula_device_${digestOf(email).toString('hex').slice(0, 12)}`;
}

const deviceSeconds = 365 * 86_400;

/** The person whose session this is. */
export function userActor({ user, sessionId, steppedUpAt }: SignedIn): Actor {
  const { id, name, email, role } = user;
  return { kind: 'user', id, name, email, role, sessionId, steppedUpAt };
}

/** What a browser keeps of a new session. */
export function cookiesOf(session: SignedIn): CookieChange[] {
  return [
    { name: 'session', value: session.token, maxAgeSeconds: sessionLifeMs / 1000 },
    { name: deviceCookieOf(session.user.email), value: session.deviceCookie, maxAgeSeconds: deviceSeconds },
  ];
}

/** The account that an actor acts for, and what it does so with. Throws FORBIDDEN for actors without one. */
export function ownAccount(actor: Actor): Holder {
  if (actor.kind === 'user') return { userId: actor.id, holder: actor.sessionId };
  if (actor.kind === 'apiKey' && actor.userId !== null) return { userId: actor.userId, holder: actor.id };
  throw new AppError('FORBIDDEN', 'Only an account can do this, and none belongs to this key.');
}

/** The account of an actor as the audit names it. */
export function ownTarget(actor: Actor): Target {
  const { userId } = ownAccount(actor);
  return { type: 'user', id: userId, name: actor.kind === 'user' ? actor.email : actor.name };
}

/** The session of a person. Throws BAD_INPUT for keys, which have none. */
export function ownSession(actor: Actor): string {
  if (actor.kind === 'user') return actor.sessionId;
  throw new AppError('BAD_INPUT', 'Only a person who is signed in has a session.');
}

/** Where passkeys belong that are used under this address. Throws PASSKEYS_UNAVAILABLE. */
export function passkeySite({ origin }: RequestFacts): Site {
  const site = siteOf(origin);
  if (site !== null) return site;
  throw new AppError(
    'PASSKEYS_UNAVAILABLE',
    'Browsers know passkeys only at a host name with https, or at localhost. Open NebulaCommand under a name.',
  );
}
