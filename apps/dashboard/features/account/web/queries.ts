import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, notify, type SessionState, troubleOf, usePages } from '../../../web/feature.ts';
import type { ApiKey } from '../contract.ts';
import { copy } from './copy.ts';

const listKey = ['account', 'keys'];

/** Role of a person or key. */
export type Role = NonNullable<SessionState['user']>['role'];

/** What a new key is made of. */
export interface NewKey {
  name: string;
  role: Role;
  scopes: string[];
  expiresInDays: number | null;
}

/** Own API keys, newest first, page by page. */
export function useKeys() {
  return usePages<ApiKey>(listKey, (cursor, signal) =>
    api.account.listKeys({ query: { cursor, limit: 50 }, signal }),
  );
}

/** Makes a key; the answer holds its secret this once, so it stays out of every cache but the dialog's own. */
export function useCreateKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (key: NewKey) => api.account.createKey({ body: key }),
    onSuccess: () => client.invalidateQueries({ queryKey: listKey }),
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
      return client.invalidateQueries({ queryKey: listKey });
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
