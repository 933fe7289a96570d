import { eventTopic } from '../../../web/feature.ts';

/** Somebody changed accounts or invitations: what is shown of them is asked for anew. */
export const usersTopic = eventTopic<{ userId: string | null }>(
  'account.users-changed',
  (_events, client) => {
    for (const part of ['users', 'invitations']) {
      void client.invalidateQueries({ queryKey: ['account', part] });
    }
  },
);
