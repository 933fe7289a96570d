import { defineContract, Id } from '@nebula/contract';
import { z } from 'zod';
import { ownEndpoints } from './contract-own.ts';
import { peopleEndpoints } from './contract-people.ts';
import { signInEndpoints } from './contract-sign-in.ts';

export {
  ApiKey,
  Invitation,
  ListedUser,
  Passkey,
  SecondStep,
  Security,
  Session,
  SessionState,
  SignInState,
  User,
} from './contract-shapes.ts';

const own = 'account:manage-own';
const keys = 'account:manage-keys';
const users = 'account:manage-users';

export const account = defineContract({
  id: 'account',
  permissions: {
    'account:manage-own': { role: 'viewer', summary: 'See and change the own account and its sessions' },
    'account:manage-keys': { role: 'viewer', summary: 'Make and revoke own API keys' },
    'account:manage-users': {
      role: 'admin',
      summary: 'Invite, change and remove accounts; revoke all API keys',
    },
    'account:skip-step-up': {
      role: 'viewer',
      summary: 'With an API key, do what asks people for a fresh proof; counts only by its full name',
    },
  },
  actions: {
    'set-up': { permission: 'public', undo: null },
    'sign-in': { permission: 'public', undo: 'Sign out' },
    'begin-sign-in': { permission: 'public', undo: 'It ends by itself after five minutes' },
    'sign-out': { permission: 'signed-in', undo: 'Sign in again' },
    'follow-groups': {
      permission: 'public',
      undo: 'Change the groups at the provider; what is changed here holds until the next sign-in there',
    },
    'accept-invitation': { permission: 'public', undo: 'Remove the account' },
    'use-reset': { permission: 'public', undo: null },
    prove: { permission: own, undo: 'It ends by itself after ten minutes' },
    ask: { permission: own, undo: 'It ends by itself after five minutes' },
    'change-name': { permission: own, undo: 'Change it back' },
    'change-email': { permission: own, undo: 'Change it back', stepUp: true },
    'change-password': { permission: own, undo: null },
    'set-password': { permission: own, undo: null, stepUp: true },
    'turn-on-two-step': { permission: own, undo: 'Turn it off', stepUp: true },
    'turn-off-two-step': { permission: own, undo: 'Turn it on again with a new secret', stepUp: true },
    'renew-recovery-codes': { permission: own, undo: null, stepUp: true },
    'add-passkey': { permission: own, undo: 'Remove the passkey', stepUp: true },
    'rename-passkey': { permission: own, undo: 'Rename it again' },
    'remove-passkey': { permission: own, undo: null, stepUp: true },
    'begin-link': { permission: own, undo: 'It ends by itself after five minutes', stepUp: true },
    'link-provider': { permission: own, undo: 'Unlink it' },
    'unlink-provider': { permission: own, undo: 'Link it again', stepUp: true },
    'end-session': { permission: own, undo: 'Sign in again there' },
    'create-key': { permission: keys, undo: 'Revoke the key' },
    'create-strong-key': { permission: keys, undo: 'Revoke the key', stepUp: true },
    'revoke-key': { permission: keys, undo: null },
    invite: { permission: users, undo: 'Withdraw the invitation', stepUp: true },
    'withdraw-invitation': { permission: users, undo: 'Invite again' },
    'change-user': { permission: users, undo: 'Change it back', stepUp: true },
    'remove-user': { permission: users, undo: null, stepUp: true },
  },
  events: {
    'users-changed': { access: users, data: z.object({ userId: Id.nullable() }) },
  },
  endpoints: { ...signInEndpoints, ...ownEndpoints, ...peopleEndpoints },
});
