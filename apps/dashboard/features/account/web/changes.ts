import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, notify, type SessionState, troubleOf } from '../../../web/feature.ts';
import type { ApiKey } from '../contract.ts';
import { copy, errorCopy } from './copy.ts';
import { isRefusedByPerson } from './passkeys.ts';

/** Role of a person or key. */
export type Role = NonNullable<SessionState['user']>['role'];

/** What a new key is made of. */
export interface NewKey {
  name: string;
  role: Role;
  scopes: string[];
  expiresInDays: number | null;
}

/** How {@link useChange} tells what came of a change. */
export interface ChangeWords<I, T> {
  /** What is said when it worked; nothing when left out. */
  done?: (input: I, answer: T) => string;
  /** Title of what is said when it did not; nothing when left out, because a form shows it. */
  failed?: (input: I) => string;
  /** The part of `['account', …]` that is asked for anew; all of it when left out. */
  touches?: string;
}

/** A change of an account: says what came of it, and asks for what it touched anew. */
export function useChange<I, T>(make: (input: I) => Promise<T>, words: ChangeWords<I, T> = {}) {
  const client = useQueryClient();
  const key = words.touches === undefined ? ['account'] : ['account', words.touches];
  return useMutation({
    mutationFn: make,
    // What a change answers may be a secret that is shown once.
    gcTime: 0,
    onSuccess: (answer, input) => {
      if (words.done !== undefined) notify({ kind: 'success', title: words.done(input, answer) });
      return client.invalidateQueries({ queryKey: key });
    },
    onError: (error, input) => {
      if (words.failed === undefined) return;
      const { sentence, nextStep } = troubleWith(error);
      notify({ kind: 'error', title: words.failed(input), description: `${sentence} ${nextStep}` });
    },
  });
}

/** Any error of this feature as people read it, the browser's own of passkeys too. */
export function troubleWith(error: unknown) {
  if (isRefusedByPerson(error)) return { ...copy.passkeys.notUsed, requestId: '' };
  if (error instanceof Error && error.name === 'InvalidStateError') {
    return { ...copy.passkeys.knownAlready, requestId: '' };
  }
  return troubleOf(error, errorCopy);
}

/** Makes a key; the answer holds its secret this once, so it stays out of every cache but the dialog's own. */
export function useCreateKey() {
  return useChange((body: NewKey) => api.account.createKey({ body }), { touches: 'keys' });
}

/** Makes a key stop working at once. */
export function useRevokeKey({ id, name }: Pick<ApiKey, 'id' | 'name'>) {
  return useChange<void, undefined>(() => api.account.revokeKey({ params: { id } }), {
    done: () => copy.keys.revokedNotice(name),
    failed: () => copy.keys.notRevoked(name),
    touches: 'keys',
  });
}
