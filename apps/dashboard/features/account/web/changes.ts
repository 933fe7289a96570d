import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, notify, type SessionState, troubleOf } from '../../../web/feature.ts';
import type { ApiKey } from '../contract.ts';
import { copy } from './copy.ts';
import { keysQuery } from './queries.ts';

/** Role of a person or key. */
export type Role = NonNullable<SessionState['user']>['role'];

/** What a new key is made of. */
export interface NewKey {
  name: string;
  role: Role;
  scopes: string[];
  expiresInDays: number | null;
}

/** Makes a key; the answer holds its secret this once, so it stays out of every cache but the dialog's own. */
export function useCreateKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (key: NewKey) => api.account.createKey({ body: key }),
    onSuccess: () => client.invalidateQueries({ queryKey: keysQuery.queryKey }),
    gcTime: 0,
  });
}

/** Makes a key stop working at once. */
export function useRevokeKey({ id, name }: Pick<ApiKey, 'id' | 'name'>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.account.revokeKey({ params: { id } }),
    onSuccess: () => {
      notify({ kind: 'success', title: copy.keys.revokedNotice(name) });
      return client.invalidateQueries({ queryKey: keysQuery.queryKey });
    },
    onError: (error) => {
      const { sentence, nextStep } = troubleOf(error);
      notify({
        kind: 'error',
        title: copy.keys.notRevoked(name),
        description: `${sentence} ${nextStep}`,
      });
    },
  });
}
