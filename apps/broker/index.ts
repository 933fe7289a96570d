/** What other parts of NebulaCommand use of the broker: signing grants and calling host verbs. */
export { type GrantedRequest, requestDigest } from './canonical.ts';
export { type Foreseen, foresee, type ForeseenKind, type Foresight } from './foresee.ts';
export { hostCall } from './host-call.ts';
export type { HostVerbs, JournalEntry, PortOwner, UnitEntry, UnitStatus } from './host-verbs.ts';
export { isLiftable, type Liftable, liftable } from './liftable.ts';
export { type GrantRequest, grantHeader, signGrant } from './sign-grant.ts';
