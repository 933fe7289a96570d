import { call, Id, IdPageQuery, pageOf } from '@nebula/contract';
import { z } from 'zod';
import { Email, Invitation, ListedUser, PersonName, Role } from './contract-shapes.ts';

const manage = 'account:manage-users';

/** Calls about everybody's accounts. */
export const peopleEndpoints = {
  listUsers: call({
    method: 'GET',
    path: '/account/users',
    summary: 'All accounts, newest first',
    access: manage,
    query: IdPageQuery,
    output: pageOf(ListedUser),
  }),
  changeUser: call({
    method: 'PATCH',
    path: '/account/users/:id',
    summary: 'Change name, e-mail or role of an account, or disable and enable it',
    access: manage,
    params: z.object({ id: Id }),
    body: z.object({
      version: z
        .number()
        .int()
        .describe('The version that was seen; CONFLICT when it is not the current one'),
      name: PersonName.optional(),
      email: Email.optional(),
      role: Role.optional(),
      isDisabled: z.boolean().optional(),
    }),
    output: ListedUser,
    errors: { CONFLICT: 409, LAST_ADMIN: 409, EMAIL_TAKEN: 409 },
  }),
  removeUser: call({
    method: 'DELETE',
    path: '/account/users/:id',
    summary: 'Remove an account with its sessions and API keys',
    access: manage,
    params: z.object({ id: Id }),
    query: z.object({ email: z.string().max(254).describe('The e-mail of the account, typed to confirm') }),
    errors: { LAST_ADMIN: 409 },
  }),
  listInvitations: call({
    method: 'GET',
    path: '/account/invitations',
    summary: 'Invitations that were not used yet, newest first',
    access: manage,
    query: IdPageQuery,
    output: pageOf(Invitation),
  }),
  invite: call({
    method: 'POST',
    path: '/account/invitations',
    summary: 'Invite somebody by a one-time link; it is shown this once',
    access: manage,
    limit: '30/1m',
    status: 201,
    body: z.object({
      email: Email,
      role: Role.default('viewer'),
      expiresInDays: z.number().int().min(1).max(30).default(3),
    }),
    output: z.object({ invitation: Invitation, url: z.string() }),
    errors: { EMAIL_TAKEN: 409 },
  }),
  withdrawInvitation: call({
    method: 'DELETE',
    path: '/account/invitations/:id',
    summary: 'Make an invitation link stop working',
    access: manage,
    params: z.object({ id: Id }),
  }),
};
