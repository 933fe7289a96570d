import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, notify, troubleOf } from '../../../web/feature.ts';
import type { RegistryLogin } from '../contract.ts';
import { copy, errorCopy } from './copy.ts';
import { loginsKey } from './queries.ts';

/** Asks the registries now. */
export function useCheck() {
  return useMutation({
    mutationFn: () => api.images.check({ body: {} }),
    onSuccess: () => notify({ kind: 'success', title: copy.checkBegun }),
    onError: (error) => tellFailure(copy.checkFailed, error),
  });
}

/** Keeps a login once its registry has taken it. */
export function useSaveLogin() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { registry: string; username: string; password: string }) =>
      api.images.saveLogin({ body }),
    onSuccess: ({ registry }) => {
      notify({ kind: 'success', title: copy.logins.saved(registry) });
      void client.invalidateQueries({ queryKey: loginsKey });
    },
  });
}

/** Forgets a login. */
export function useRemoveLogin({ id, registry }: RegistryLogin) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.images.removeLogin({ params: { id } }),
    onSuccess: () => {
      notify({ kind: 'success', title: copy.logins.removed(registry) });
      void client.invalidateQueries({ queryKey: loginsKey });
    },
    onError: (error) => tellFailure(copy.logins.failed, error),
  });
}

function tellFailure(title: string, error: unknown): void {
  const { sentence, nextStep } = troubleOf(error, errorCopy);
  notify({ kind: 'error', title, description: `${sentence} ${nextStep}` });
}
